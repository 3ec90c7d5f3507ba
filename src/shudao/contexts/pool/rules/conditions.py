"""Statements about a row: read from a contract, checked, printed as SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlglot import exp

from shudao.contexts.pool.contracts.datasets import (
    ColumnType,
    Condition,
    DatasetContract,
)
from shudao.contexts.pool.rules import terms
from shudao.contexts.pool.rules.sentences import Sentence

_DEPTH = 8
_NEGATED = {"is_not": "equals", "not_in": "in", "more": "at_most", "at_least": "less"}
_PLAIN = {"is": "equals", "in": "in", "less": "less", "at_most": "at_most", "matches": "matches"}
_COMPARED = {"equals": exp.EQ, "less": exp.LT, "at_most": exp.LTE}


def read(entry: Any, *, depth: int = 0) -> Condition:
    """
    Return the statement that a contract's entry makes.

    Args:
        entry: {all: […]}, {any: […]}, {not: …}, or {column: name, <one of is, is_not, in, not_in, less, at_most, more,
            at_least, missing, matches>: literal, or {column: other}, or {other: column of the other row}}.
        depth: How deep it lies in others.

    Raises:
        ValueError: with a sentence that says what is wrong.
    """
    if not isinstance(entry, Mapping) or depth > _DEPTH:
        raise ValueError("条件必须是一层或几层的键值，不超过八层。")
    rest = dict(entry)
    column = rest.pop("column", None)
    if len(rest) != 1:
        raise ValueError("每个条件只能写一种判断。")
    word, operand = next(iter(rest.items()))
    if column is None:
        return _combined(str(word), operand, depth)
    if word == "missing":
        found = Condition("missing", str(column))
        return found if operand is True else Condition("not", parts=(found,))
    if word in _NEGATED:
        return Condition("not", parts=(_simple(_NEGATED[word], str(column), operand),))
    if word not in _PLAIN:
        raise ValueError(Sentence("条件中没有“{word}”这种判断。", word=word))
    return _simple(_PLAIN[word], str(column), operand)


def _combined(word: str, operand: Any, depth: int) -> Condition:
    if word == "not":
        return Condition("not", parts=(read(operand, depth=depth + 1),))
    if word in ("all", "any") and isinstance(operand, list) and operand:
        return Condition(word, parts=tuple(read(one, depth=depth + 1) for one in operand))
    raise ValueError("条件要写明 column，或者是 all、any、not。")


def _simple(is_: str, column: str, operand: Any) -> Condition:
    if is_ == "in":
        if not isinstance(operand, list) or not operand:
            raise ValueError("in 和 not_in 之后要列出取值。")
        return Condition(is_, column, values=tuple(str(value) for value in operand))
    if isinstance(operand, Mapping):
        if set(operand) == {"column"} and is_ != "matches":
            return Condition(is_, column, other=str(operand["column"]))
        if set(operand) == {"other"} and is_ != "matches":
            return Condition(is_, column, pair=str(operand["other"]))
        raise ValueError("比较的对象只能是一个值、{column: 本行的列} 或 {other: 另一行的列}。")
    return Condition(is_, column, value=str(operand))


def columns(condition: Condition) -> Iterator[str]:
    """Yield every column that the statement names, the other row's too."""
    for part in condition.parts:
        yield from columns(part)
    yield from (name for name in (condition.column, condition.other, condition.pair) if name)


def problem(condition: Condition, contract: DatasetContract, *, pairs: bool = False) -> str:
    """Return what is wrong with the statement for this dataset, "" when nothing is."""
    for part in condition.parts:
        if found := problem(part, contract, pairs=pairs):
            return found
    known = {column.name for column in contract.columns}
    unknown = sorted(set(columns(condition)) - known)
    if unknown:
        return Sentence("没有名为 {name} 的列。", name=unknown[0])
    if condition.pair and not pairs:
        return "只有成对的规则才能比较另一行。"
    return _misfit(condition, contract)


def _misfit(condition: Condition, contract: DatasetContract) -> str:
    if condition.is_ == "matches":
        return "" if is_pattern(condition.value) else "正则表达式有误。"
    if condition.is_ not in ("equals", "less", "at_most", "in"):
        return ""
    kind = contract.column(condition.column).kind
    against = condition.other or condition.pair
    if against:
        fits = kin(kind) == kin(contract.column(against).kind)
        return "" if fits else Sentence("{one} 与 {other} 的类型不同，不能比较。", one=condition.column, other=against)
    wrong = [value for value in condition.values or (condition.value,) if not is_literal(value, kind)]
    return Sentence("“{value}”不是 {name} 的类型。", value=wrong[0], name=condition.column) if wrong else ""


def kin(kind: ColumnType) -> ColumnType:
    """Return the type with which a column can be compared."""
    return ColumnType.TEXT if kind is ColumnType.CODE else kind


def is_pattern(text: str) -> bool:
    """Whether the text is a regular expression that all engines read alike: no look-around, no back reference."""
    try:
        re.compile(text)
    except re.error:
        return False
    return not re.search(r"\(\?[=!<P]|\\[1-9]|[*+?}]\+", text) and len(text) <= 500


def is_literal(text: str, kind: ColumnType) -> bool:
    """Whether the text is a value of the type ("today-30" is one of a date)."""
    try:
        return _LITERALS[kind](text)
    except (ValueError, OverflowError):
        return False


def _is_day(text: str) -> bool:
    return bool(re.fullmatch(r"today([+-][0-9]{1,5})?|[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and bool(
        terms.on_day(text, terms.SOME_DAY)
    )


def _is_moment(text: str) -> bool:
    shaped = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}", text)
    return bool(shaped) and bool(datetime.fromisoformat(text))


_LITERALS = {
    ColumnType.TEXT: lambda text: True,
    ColumnType.CODE: lambda text: True,
    ColumnType.DATE: _is_day,
    ColumnType.INTEGER: lambda text: bool(re.fullmatch(r"-?[0-9]{1,18}", text)),
    ColumnType.DECIMAL: lambda text: bool(re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", text)),
    ColumnType.MOMENT: _is_moment,
}


def sql(condition: Condition, scope: terms.Scope, pair: terms.Scope | None = None) -> exp.Expr:
    """Return the statement as SQL about the row of `scope` and, where pairs are judged, the one of `pair`."""
    if condition.parts:
        parts = [exp.paren(sql(part, scope, pair)) for part in condition.parts]
        if condition.is_ == "not":
            return exp.not_(parts[0])
        return exp.and_(*parts) if condition.is_ == "all" else exp.or_(*parts)
    name = condition.column
    if condition.is_ == "missing":
        return terms.missing(scope.text(name))
    if condition.is_ == "matches":
        return terms.matches(scope.text(name), condition.value)
    if condition.is_ == "in":
        return scope.typed(name).isin(*(scope.literal(name, value) for value in condition.values))
    return _COMPARED[condition.is_](this=scope.typed(name), expression=_against(condition, scope, pair))


def _against(condition: Condition, scope: terms.Scope, pair: terms.Scope | None) -> exp.Expr:
    if condition.other:
        return scope.typed(condition.other)
    if condition.pair:
        return (pair or scope).typed(condition.pair)
    return scope.literal(condition.column, condition.value)
