"""Read a dataset contract: the parsed YAML becomes frozen dataclasses, or says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from shudao.contexts.pool.contracts.datasets import (
    Column,
    ColumnType,
    DatasetContract,
    Identifier,
    Keep,
    Rule,
    RuleKind,
    SourceTable,
)
from shudao.contexts.pool.contracts.refusals import (
    ContractBroken,
)
from shudao.contexts.pool.rules import conditions, declared, dimensions
from shudao.kernel.texts import Text

_CODE = re.compile(r"[a-z][a-z0-9-]{1,59}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TABLE = re.compile(r"[^\W\d]\w{0,62}\.[^\W\d]\w{0,62}")
_TABLE_COLUMN = re.compile(r"[^\W\d]\w{0,59}")
_EVOLUTIONS = ("refuse", "add")


def read(parsed: Mapping[str, Any]) -> DatasetContract:
    """
    Return the contract that `parsed` (the content of a contract file) describes.

    Returns:
        The contract. Its rules stand in the order of the columns: required, type, check, pattern, values, range; then
        the contract's own list (`rules`); then uniqueness of the key. A column's rule is called "<column>.<kind>", the
        last one "key.unique".

    Raises:
        ContractBroken: `fields` names the part at fault.

    Source:
        GB/T 36344-2018; proved by tests/contexts/pool/rules/test_contract.py
    """
    try:
        columns = tuple(_column(entry) for entry in parsed["columns"])
        contract = DatasetContract(
            code=str(parsed["code"]),
            title=_text(parsed["title"]),
            version=int(parsed["version"]),
            owner_kind=str(parsed["owner"]["kind"]),
            owner_division=str(parsed["owner"]["division"]),
            key=tuple(parsed["key"]),
            subject=str(parsed["subject"]),
            cycle=str(parsed["cycle"]),
            sensitivity=int(parsed["sensitivity"]),
            columns=columns,
            rules=tuple(_rules(parsed, tuple(column.name for column in columns))),
            evolve=str(parsed.get("evolve", "refuse")),
            weights=tuple((str(name), float(weight)) for name, weight in dict(parsed.get("weights") or {}).items()),
            source=_source(parsed.get("source")),
            keep=_keep(parsed.get("keep")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ContractBroken(fields={"contract": "约定缺少必需内容，或有内容填写错误。"}, why=str(error)) from error
    problems = dict(_problems(contract))
    if problems:
        raise ContractBroken(fields=problems)
    return contract


def of_keys(contract: DatasetContract) -> DatasetContract:
    """
    Return the contract of a deletion: subject and key, and the rules that look at nothing else.

    Source:
        a row is told by subject and key; proved by tests/contexts/pool/test_modes.py
    """
    names = {contract.subject, *contract.key}
    columns = tuple(replace(column, kept=False) for column in contract.columns if column.name in names)
    rules = tuple(rule for rule in contract.rules if set(_looked_at(rule)) <= names and not rule.other)
    return replace(contract, columns=columns, rules=rules)


def _looked_at(rule: Rule) -> Iterator[str]:
    yield from (*rule.columns, *rule.group)
    for condition in (rule.when, rule.deny):
        if condition is not None:
            yield from conditions.columns(condition)


def is_column_name(name: str) -> bool:
    """Whether a column may be called so: lower-case letters, digits and underscores, a letter first."""
    return bool(_NAME.fullmatch(name))


def _text(entry: Mapping[str, str]) -> Text:
    return Text(entry["zh"], entry.get("en", ""))


def _column(entry: Mapping[str, Any]) -> Column:
    return Column(
        name=str(entry["name"]),
        title=_text(entry["title"]),
        kind=ColumnType(entry.get("kind", "text")),
        identifier=Identifier(entry.get("identifier", "")),
        identifying=bool(entry.get("identifying", False)),
        kept=bool(entry.get("kept", False)),
        sensitivity=int(entry.get("sensitivity", 1)),
    )


def _source(entry: Mapping[str, Any] | None) -> SourceTable | None:
    return SourceTable(str(entry["table"]), str(entry.get("cursor") or "")) if entry else None


def _keep(entry: Mapping[str, Any] | None) -> Keep | None:
    return Keep(int(entry["snapshots"]), int(entry["days"])) if entry else None


def _rules(parsed: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Rule]:
    for entry in parsed["columns"]:
        yield from _column_rules(entry)
    for number, entry in enumerate(parsed.get("rules") or [], start=1):
        try:
            yield declared.read(entry, names)
        except (TypeError, ValueError) as error:
            raise ContractBroken(fields={f"rules.{number}": _why(error)}) from error
    key = tuple(str(name) for name in parsed["key"])
    yield Rule("key.unique", RuleKind.UNIQUE, key, dimensions.default(RuleKind.UNIQUE))


def _why(error: Exception) -> str:
    """The sentence of a refusal; what Python itself says about a wrong number is none."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, str) and said.endswith("。") else "规则的参数有误。"


def _column_rules(entry: Mapping[str, Any]) -> Iterator[Rule]:
    name = str(entry["name"])

    def rule(kind: RuleKind, **rest: Any) -> Rule:
        return Rule(f"{name}.{kind.value}", kind, (name,), dimensions.default(kind), **rest)

    if entry.get("required"):
        yield rule(RuleKind.REQUIRED)
    if entry.get("kind") in ("date", "integer", "decimal", "moment"):
        yield rule(RuleKind.TYPE)
    if entry.get("check"):
        yield rule(RuleKind.CHECK_DIGIT, values=(Identifier(entry["check"]).value,))
    if entry.get("pattern"):
        yield rule(RuleKind.PATTERN, pattern=str(entry["pattern"]))
    if entry.get("values"):
        yield rule(RuleKind.CODE_LIST, values=tuple(str(value) for value in entry["values"]))
    if entry.get("range"):
        lowest, highest = ("" if bound is None else str(bound) for bound in entry["range"])
        yield rule(RuleKind.RANGE, lowest=lowest, highest=highest)


def _problems(contract: DatasetContract) -> Iterator[tuple[str, str]]:
    names = [column.name for column in contract.columns]
    if not _CODE.fullmatch(contract.code):
        yield "code", "数据集代码只能用小写字母、数字和连字符。"
    if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
        yield "columns", "列名重复，或含有小写字母、数字、下划线以外的字符。"
    if contract.subject not in names or contract.column(contract.subject).identifier is Identifier.NONE:
        yield "subject", "主体列必须是带有标识类型的列。"
    if not _usable_key(contract):
        yield "key", "主键必须由已有的、不需要密封的列组成。"
    if not all(1 <= level <= 4 for level in (contract.sensitivity, *(one.sensitivity for one in contract.columns))):
        yield "sensitivity", "敏感级别只能是 1 到 4。"
    for column in contract.columns:
        if column.kept and (column.identifier is not Identifier.COMPANY or column.name != contract.subject):
            yield column.name, "只有企业主体的代码可以保留原文。"
    yield from _source_problems(contract.source)
    yield from _keep_problems(contract.keep)
    yield from _rule_problems(contract)


def _rule_problems(contract: DatasetContract) -> Iterator[tuple[str, str]]:
    codes = [rule.code for rule in contract.rules]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield code, "规则代码重复，请用 code 另起一个。"
    for rule in contract.rules:
        yield from ((rule.code, problem) for problem in declared.problems(rule, contract))
    if contract.evolve not in _EVOLUTIONS:
        yield "evolve", "evolve 只能是 refuse 或 add。"
    if any(name not in dimensions.DIMENSIONS or weight < 0 for name, weight in contract.weights):
        yield "weights", "权重只能给 01 到 06 六个维度，不能小于 0。"


def _source_problems(source: SourceTable | None) -> Iterator[tuple[str, str]]:
    if source is None:
        return
    if not _TABLE.fullmatch(source.table) or (source.cursor and not _TABLE_COLUMN.fullmatch(source.cursor)):
        yield "source", "来源表要写成 schema.表名，游标写一个列名。"


def _keep_problems(keep: Keep | None) -> Iterator[tuple[str, str]]:
    if keep is not None and not (keep.snapshots >= 1 and keep.days >= 0):
        yield "keep", "至少保留 1 个快照，保留天数不能小于 0。"


def _usable_key(contract: DatasetContract) -> bool:
    open_names = {column.name for column in contract.columns if not column.identifying}
    return bool(contract.key) and set(contract.key) <= open_names
