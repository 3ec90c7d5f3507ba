"""The rules that a contract declares in its own list, beside those that its columns imply: read, and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shudao.contexts.pool.contracts.datasets import (
    ColumnType,
    Condition,
    DatasetContract,
    Identifier,
    Rule,
    RuleKind,
    Severity,
)
from shudao.contexts.pool.rules import conditions, dimensions
from shudao.contexts.pool.rules.sentences import Sentence

_CODE = re.compile(r"[a-z][a-z0-9_.+-]{0,118}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_GROUP_MEASURES = ("rows", "distinct", "sum", "mean", "lowest", "highest")
_BATCH_MEASURES = (*_GROUP_MEASURES, "nulls", "share")
_ANY = frozenset({"kind", "code", "dimension", "severity", "at_least", "when"})


@dataclass(frozen=True, slots=True)
class _Form:
    """How a kind is written: its own words, and how many columns it takes (at most None: any number)."""

    words: frozenset[str] = frozenset()
    least: int = 1
    most: int | None = 1


def _form(*words: str, least: int = 1, most: int | None = 1) -> _Form:
    return _Form(frozenset(words), least, most)


_FORMS = {
    RuleKind.REQUIRED: _form(),
    RuleKind.COMPLETE: _form(most=None),
    RuleKind.PATTERN: _form("pattern"),
    RuleKind.LENGTH: _form("range"),
    RuleKind.CODE_LIST: _form("values"),
    RuleKind.CHECK_DIGIT: _form("check"),
    RuleKind.RANGE: _form("range"),
    RuleKind.TYPE: _form(),
    RuleKind.DIRTY: _form("values"),
    RuleKind.ORDER: _form(least=2, most=None),
    RuleKind.FRESH: _form("days"),
    RuleKind.DERIVED: _form("derive", least=2, most=2),
    RuleKind.DENY: _form("deny", least=0, most=0),
    RuleKind.UNIQUE: _form(most=None),
    RuleKind.DUPLICATE: _form(least=0, most=None),
    RuleKind.DEPENDENCY: _form("group", most=None),
    RuleKind.GROUP: _form("group", "measure", "range", least=0),
    RuleKind.PAIRS: _form("group", "deny", least=0, most=0),
    RuleKind.FOREIGN: _form("other", "other_columns", most=None),
    RuleKind.AGREEMENT: _form("other", "other_columns", most=None),
    RuleKind.AGGREGATE: _form("measure", "range", "values", least=0),
    RuleKind.DRIFT: _form("measure", "sigma", "batches", "values", least=0),
}


def read(entry: Any, names: tuple[str, ...]) -> Rule:
    """
    Return the rule that one entry of a contract's list describes.

    Args:
        entry: `kind`, `columns` (or `column`), the kind's own words; optionally `code`, `dimension`, `severity`
            (quarantine, mark), `at_least` (0–1), `when`.
        names: The dataset's columns; a rule against duplicates looks at all of them where it names none.

    Raises:
        ValueError: with a sentence that says what is wrong.
    """
    if not isinstance(entry, Mapping):
        raise ValueError("规则必须写成键值。")
    kind = _kind(entry)
    form = _FORMS[kind]
    unknown = sorted(set(map(str, entry)) - _ANY - form.words - {"columns", "column"})
    if unknown:
        raise ValueError(Sentence("{kind} 规则没有“{word}”这一项。", kind=kind, word=unknown[0]))
    columns = _listed(entry.get("columns", entry.get("column", [])))
    if not form.least <= len(columns) <= (form.most if form.most is not None else len(names)):
        raise ValueError(Sentence("{kind} 规则的列数不对。", kind=kind))
    lowest, highest = _bounds(entry, kind)
    return Rule(
        code=str(entry.get("code") or "+".join(columns or ("row",)) + f".{kind}"),
        kind=kind,
        columns=columns or (names if kind is RuleKind.DUPLICATE else ()),
        dimension=str(entry.get("dimension") or dimensions.default(kind, str(entry.get("measure", "")))),
        pattern=str(entry.get("pattern", "")),
        values=_values(entry),
        lowest=lowest,
        highest=highest,
        severity=Severity(entry.get("severity", _severity(kind))),
        at_least=float(entry.get("at_least", 1.0)),
        when=_condition(entry, "when"),
        deny=_condition(entry, "deny"),
        group=_listed(entry.get("group", [])),
        measure=str(entry.get("measure", "")),
        other=str(entry.get("other", "")),
        other_columns=_listed(entry.get("other_columns", columns if "other" in entry else [])),
        sigma=float(entry.get("sigma", 3.0)),
        batches=int(entry.get("batches", 12)),
    )


def _kind(entry: Mapping[str, Any]) -> RuleKind:
    try:
        kind = RuleKind(entry.get("kind", ""))
    except ValueError:
        raise ValueError(Sentence("没有“{kind}”这种规则。", kind=entry.get("kind", ""))) from None
    if kind not in _FORMS:
        raise ValueError(Sentence("{kind} 规则由系统自动检查，不需要写。", kind=kind))
    return kind


def _severity(kind: RuleKind) -> Severity:
    return Severity.MARK if kind in (RuleKind.AGGREGATE, RuleKind.DRIFT) else Severity.QUARANTINE


def _listed(found: Any) -> tuple[str, ...]:
    if isinstance(found, str):
        return (found,)
    if not isinstance(found, list | tuple):
        raise ValueError("列要写成列名的清单。")
    return tuple(str(one) for one in found)


def _values(entry: Mapping[str, Any]) -> tuple[str, ...]:
    if "check" in entry:
        return (Identifier(str(entry["check"])).value,)
    if "derive" in entry:
        return (str(entry["derive"]),)
    found = entry.get("values", [])
    if not isinstance(found, list):
        raise ValueError("values 之后要列出取值。")
    return tuple(str(value) for value in found)


def _bounds(entry: Mapping[str, Any], kind: RuleKind) -> tuple[str, str]:
    if kind is RuleKind.FRESH:
        return f"today-{int(entry.get('days', -1))}", ""
    found = entry.get("range", ["", ""])
    if not isinstance(found, list) or len(found) != 2:
        raise ValueError("range 要写成 [最小, 最大]，不限的一端留空。")
    lowest, highest = ("" if bound is None else str(bound) for bound in found)
    return lowest, highest


def _condition(entry: Mapping[str, Any], word: str) -> Condition | None:
    return conditions.read(entry[word]) if word in entry else None


def problems(rule: Rule, contract: DatasetContract) -> Iterator[str]:
    """Yield what is wrong with a rule of the dataset: a sentence each; nothing when it can be judged."""
    names = {column.name for column in contract.columns}
    unknown = [name for name in (*rule.columns, *rule.group) if name not in names]
    if unknown:
        yield Sentence("没有名为 {name} 的列。", name=unknown[0])
        return
    yield from _plain_problems(rule)
    for condition in (rule.when, rule.deny):
        if condition and (found := conditions.problem(condition, contract, pairs=rule.kind is RuleKind.PAIRS)):
            yield found
    if found := _CHECKS.get(rule.kind, _nothing)(rule, contract):
        yield found


def _plain_problems(rule: Rule) -> Iterator[str]:
    if not _CODE.fullmatch(rule.code):
        yield "规则代码只能用小写字母、数字和 . _ + -。"
    if rule.dimension not in dimensions.INDICATORS:
        yield Sentence("GB/T 36344 没有指标 {code}。", code=rule.dimension)
    if not 0 <= rule.at_least <= 1:
        yield "at_least 必须在 0 到 1 之间。"
    if rule.when and any(one.pair for one in _leaves(rule.when)):
        yield "when 只能看本行。"


def _leaves(condition: Condition) -> Iterator[Condition]:
    yield condition
    for part in condition.parts:
        yield from _leaves(part)


def _nothing(rule: Rule, contract: DatasetContract) -> str:
    return ""


def _pattern(rule: Rule, contract: DatasetContract) -> str:
    return "" if rule.pattern and conditions.is_pattern(rule.pattern) else "正则表达式有误，或用了各引擎不通用的写法。"


def _range(rule: Rule, contract: DatasetContract) -> str:
    kind = contract.column(rule.columns[0]).kind
    bounds = [bound for bound in (rule.lowest, rule.highest) if bound]
    ordered = kind not in (ColumnType.TEXT, ColumnType.CODE)
    fits = ordered and all(conditions.is_literal(bound, kind) for bound in bounds)
    return "" if fits and bounds else "范围的两端要与列的类型一致，并至少写一端。"


def _length(rule: Rule, contract: DatasetContract) -> str:
    bounds = [bound for bound in (rule.lowest, rule.highest) if bound]
    return "" if bounds and all(re.fullmatch("[0-9]{1,6}", bound) for bound in bounds) else "长度要写成整数。"


def _numbers(rule: Rule, contract: DatasetContract) -> str:
    bounds = [bound for bound in (rule.lowest, rule.highest) if bound]
    if not bounds or not all(_NUMBER.fullmatch(bound) for bound in bounds):
        return "范围要写成数字，并至少写一端。"
    return ""


def _typed(rule: Rule, contract: DatasetContract) -> str:
    kind = contract.column(rule.columns[0]).kind
    return "" if kind not in (ColumnType.TEXT, ColumnType.CODE) else "文本列没有可核对的类型。"


def _fresh(rule: Rule, contract: DatasetContract) -> str:
    timed = contract.column(rule.columns[0]).kind in (ColumnType.DATE, ColumnType.MOMENT)
    return "" if timed and re.fullmatch("today-[0-9]{1,5}", rule.lowest) else "days 要写成天数，列必须是日期。"


def _order(rule: Rule, contract: DatasetContract) -> str:
    kinds = {conditions.kin(contract.column(name).kind) for name in rule.columns}
    return "" if len(kinds) == 1 else "比较先后的列必须是同一类型。"


def _derived(rule: Rule, contract: DatasetContract) -> str:
    target, identifier = (contract.column(name) for name in rule.columns)
    if identifier.identifier is not Identifier.RESIDENT:
        return "第二列必须是公民身份号码。"
    if rule.values == ("birth_date",):
        return "" if target.kind is ColumnType.DATE else "出生日期必须是日期列。"
    return "" if rule.values == ("sex",) else "derive 只能是 birth_date 或 sex。"


def _check(rule: Rule, contract: DatasetContract) -> str:
    return "" if rule.values in (("resident",), ("company",)) else "check 只能是 resident 或 company。"


def _values_needed(rule: Rule, contract: DatasetContract) -> str:
    return "" if rule.values else "values 之后要列出取值。"


def _denial(rule: Rule, contract: DatasetContract) -> str:
    if rule.deny is None:
        return "deny 之后要写不允许出现的情况。"
    return "" if rule.kind is RuleKind.DENY or rule.group else "成对的规则要写 group。"


def _dependency(rule: Rule, contract: DatasetContract) -> str:
    return "" if rule.group and not set(rule.group) & set(rule.columns) else "group 要写决定列，不能与被决定的列重复。"


def _group(rule: Rule, contract: DatasetContract) -> str:
    if not rule.group or rule.measure not in _GROUP_MEASURES:
        return Sentence("要写 group，以及 measure：{measures}。", measures=", ".join(_GROUP_MEASURES))
    return _measured(rule, contract) or _numbers(rule, contract)


def _measured(rule: Rule, contract: DatasetContract) -> str:
    if rule.measure == "rows":
        return "" if not rule.columns else "measure 为 rows 时不写列。"
    if not rule.columns:
        return Sentence("measure 为 {measure} 时要写列。", measure=rule.measure)
    numeric = contract.column(rule.columns[0]).kind in (ColumnType.INTEGER, ColumnType.DECIMAL)
    if rule.measure in ("sum", "mean", "lowest", "highest") and not numeric:
        return Sentence("measure 为 {measure} 时列必须是数字。", measure=rule.measure)
    return ""


def _whole(rule: Rule, contract: DatasetContract) -> str:
    """A delivery is measured in its files, where what names somebody is sealed."""
    if rule.measure not in _BATCH_MEASURES:
        return Sentence("measure 只能是：{measures}。", measures=", ".join(_BATCH_MEASURES))
    if rule.columns and contract.column(rule.columns[0]).identifying:
        return "密封的列不能统计。"
    if rule.measure == "share" and not rule.values and rule.kind is RuleKind.AGGREGATE:
        return "measure 为 share 时要写 values。"
    found = _measured(rule, contract)
    return found or (_numbers(rule, contract) if rule.kind is RuleKind.AGGREGATE else _history(rule))


def _history(rule: Rule) -> str:
    return "" if 0 < rule.sigma <= 100 and 3 <= rule.batches <= 1000 else "sigma 要大于 0，batches 至少为 3。"


def _across(rule: Rule, contract: DatasetContract) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,59}", rule.other):
        return "other 要写另一数据集的代码。"
    if len(rule.other_columns) != len(rule.columns):
        return "other_columns 要与 columns 一一对应。"
    sealed = rule.kind is RuleKind.AGREEMENT and any(contract.column(name).identifying for name in rule.columns)
    return "密封的列不能与其他数据集比对。" if sealed else ""


_CHECKS = {
    RuleKind.PATTERN: _pattern,
    RuleKind.LENGTH: _length,
    RuleKind.CODE_LIST: _values_needed,
    RuleKind.CHECK_DIGIT: _check,
    RuleKind.RANGE: _range,
    RuleKind.TYPE: _typed,
    RuleKind.ORDER: _order,
    RuleKind.FRESH: _fresh,
    RuleKind.DERIVED: _derived,
    RuleKind.DENY: _denial,
    RuleKind.DEPENDENCY: _dependency,
    RuleKind.GROUP: _group,
    RuleKind.PAIRS: _denial,
    RuleKind.FOREIGN: _across,
    RuleKind.AGREEMENT: _across,
    RuleKind.AGGREGATE: _whole,
    RuleKind.DRIFT: _whole,
}
