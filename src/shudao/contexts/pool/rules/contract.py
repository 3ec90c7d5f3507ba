"""Read a dataset contract: the parsed YAML becomes frozen dataclasses, or says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from shudao.contexts.pool.contracts import (
    Column,
    ColumnType,
    ContractBroken,
    DatasetContract,
    Identifier,
    Rule,
    RuleKind,
)
from shudao.kernel.texts import Text

# The GB/T 36344 indicator that a rule counts towards, by its kind.
DIMENSIONS = {
    RuleKind.REQUIRED: "0201",
    RuleKind.PATTERN: "0302",
    RuleKind.CODE_LIST: "0105",
    RuleKind.CHECK_DIGIT: "0302",
    RuleKind.RANGE: "0301",
    RuleKind.TYPE: "0302",
    RuleKind.UNIQUE: "0304",
}
_CODE = re.compile(r"[a-z][a-z0-9-]{1,59}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TODAY = "today"


def read(parsed: Mapping[str, Any]) -> DatasetContract:
    """
    Return the contract that `parsed` (the content of a contract file) describes.

    Returns:
        The contract. Its rules stand in the order of the columns: required, type, check, pattern, values, range; then
        uniqueness of the key. A rule's code is "<column>.<kind>"; the last one's is "key.unique".

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
            rules=tuple(_rules(parsed)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ContractBroken(fields={"contract": "约定缺少必需内容，或有内容填写错误。"}, why=str(error)) from error
    problems = dict(_problems(contract))
    if problems:
        raise ContractBroken(fields=problems)
    return contract


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


def _rules(parsed: Mapping[str, Any]) -> Iterator[Rule]:
    for entry in parsed["columns"]:
        yield from _column_rules(entry)
    yield Rule("key.unique", RuleKind.UNIQUE, tuple(parsed["key"]), DIMENSIONS[RuleKind.UNIQUE])


def _column_rules(entry: Mapping[str, Any]) -> Iterator[Rule]:
    name = str(entry["name"])

    def rule(kind: RuleKind, **rest: Any) -> Rule:
        return Rule(f"{name}.{kind.value}", kind, (name,), DIMENSIONS[kind], **rest)

    if entry.get("required"):
        yield rule(RuleKind.REQUIRED)
    if entry.get("kind") in ("date", "integer"):
        yield rule(RuleKind.TYPE)
    if entry.get("check"):
        yield rule(RuleKind.CHECK_DIGIT, values=(Identifier(entry["check"]).value,))
    if entry.get("pattern"):
        yield rule(RuleKind.PATTERN, pattern=str(entry["pattern"]))
    if entry.get("values"):
        yield rule(RuleKind.CODE_LIST, values=tuple(str(value) for value in entry["values"]))
    if entry.get("range"):
        lowest, highest = (str(bound) for bound in entry["range"])
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
    yield from ((rule.code, "规则的参数有误。") for rule in contract.rules if not _judgeable(rule, contract))


def _usable_key(contract: DatasetContract) -> bool:
    open_names = {column.name for column in contract.columns if not column.identifying}
    return bool(contract.key) and set(contract.key) <= open_names


def _judgeable(rule: Rule, contract: DatasetContract) -> bool:
    if rule.kind is RuleKind.PATTERN:
        try:
            re.compile(rule.pattern)
        except re.error:
            return False
    if rule.kind is RuleKind.RANGE:
        kind = contract.column(rule.columns[0]).kind
        return all(_bound(bound, kind) for bound in (rule.lowest, rule.highest))
    return True


def _bound(text: str, kind: ColumnType) -> bool:
    if kind is ColumnType.DATE:
        if text == _TODAY:
            return True
        try:
            return bool(date.fromisoformat(text))
        except ValueError:
            return not text
    return kind is ColumnType.INTEGER and (not text or text.lstrip("-").isdigit())
