"""
The words of which rules' SQL is made. Names and values enter only as quoted identifiers and literals, as sqlglot prints
them.

A column's value of its own type stands beside it as "<column>:typed": a colon is in no column's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from re import fullmatch

from sqlglot import exp

from shudao.contexts.pool.contracts.datasets import (
    ColumnType,
    DatasetContract,
)

LINE = "_line"
REASONS = "_reasons"
MARKS = "_marks"
SOME_DAY = date(2000, 1, 1)
_SQL_TYPES = {
    ColumnType.DATE: "date",
    ColumnType.INTEGER: "bigint",
    ColumnType.DECIMAL: "decimal(27, 9)",
    ColumnType.MOMENT: "timestamp",
}
_SHAPES = {
    ColumnType.INTEGER: r"-?[0-9]{1,18}",
    ColumnType.DECIMAL: r"-?[0-9]{1,15}(\.[0-9]{1,9})?",
    ColumnType.MOMENT: r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: whose columns, on which local day, in which of two joined rows ("" where alone)."""

    contract: DatasetContract
    today: date
    table: str = ""
    test_numbers: bool = True

    def text(self, name: str) -> exp.Expr:
        """Return the column as it came, trimmed."""
        return column(name, self.table)

    def typed(self, name: str) -> exp.Expr:
        """Return the column in its own type; NULL where it is not of it."""
        return column(f"{name}:typed" if is_typed(self.contract, name) else name, self.table)

    def literal(self, name: str, value: str) -> exp.Expr:
        """Return `value` as a literal of the column's type."""
        kind = self.contract.column(name).kind
        text = on_day(value, self.today).isoformat() if kind is ColumnType.DATE else value
        plain = exp.Literal.string(text)
        return exp.cast(plain, _SQL_TYPES[kind]) if kind in _SQL_TYPES else plain


def column(name: str, table: str = "") -> exp.Expr:
    """Return a quoted column, of `table` where two rows are compared."""
    return exp.column(name, table=table or None, quoted=True)


def is_typed(contract: DatasetContract, name: str) -> bool:
    """Whether the column has a type of its own beside the text."""
    return contract.column(name).kind in _SQL_TYPES


def on_day(value: str, today: date) -> date:
    """
    Return the day that "2026-01-31", "today", "today-30" or "today+7" names.

    Raises:
        ValueError: it names none.
    """
    found = fullmatch(r"today(?:([+-])([0-9]{1,5}))?", value)
    if found is None:
        return date.fromisoformat(value)
    days = int(found[2] or 0)
    return today + timedelta(days=-days if found[1] == "-" else days)


def cast(value: exp.Expr, kind: ColumnType) -> exp.Expr:
    """Return `value` as the column's type, NULL where the engine cannot read it so; never an error, in no mode."""
    if kind not in _SQL_TYPES:
        return value.copy()
    return tried(value, _SQL_TYPES[kind])


def tried(value: exp.Expr, type_: str) -> exp.Expr:
    """Return `value` as an SQL type, NULL where it cannot be."""
    return exp.TryCast(this=value.copy(), to=exp.DataType.build(type_), safe=True)


def strictly(value: exp.Expr, kind: ColumnType) -> exp.Expr:
    """Return `value` as the column's type, NULL where it is not written exactly as the type is."""
    found = cast(value, kind)
    again = same(exp.cast(found.copy(), "text"), value.copy())
    if kind is ColumnType.DATE:
        return exp.Case(ifs=[exp.If(this=exp.and_(length_is(value, 10), again), true=found)])
    shaped = matches(value, _SHAPES[kind])
    if kind is ColumnType.INTEGER:
        # What prints as it was written needs no look at its shape, unless it is longer than any shape admits.
        short = exp.LTE(this=exp.Length(this=value.copy()), expression=number(18))
        return exp.Case(ifs=[exp.If(this=exp.and_(short, again), true=found), exp.If(this=shaped, true=found.copy())])
    return exp.Case(ifs=[exp.If(this=shaped, true=found)])


def matches(value: exp.Expr, pattern: str) -> exp.Expr:
    """Whether the whole value matches."""
    return exp.RegexpLike(this=value.copy(), expression=exp.Literal.string(f"^(?:{pattern})$"))


def length_is(value: exp.Expr, length: int) -> exp.Expr:
    """Whether the value has so many characters."""
    return same(exp.Length(this=value.copy()), number(length))


def same(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """Whether two values are equal."""
    return exp.EQ(this=left, expression=right)


def present(value: exp.Expr) -> exp.Expr:
    """Whether there is a value."""
    return exp.not_(value.copy().is_(exp.null()))


def all_present(values: Sequence[exp.Expr]) -> exp.Expr:
    """Whether there is a value everywhere."""
    return exp.and_(*(present(value) for value in values))


def missing(value: exp.Expr) -> exp.Expr:
    """Whether there is none."""
    return value.copy().is_(exp.null())


def surely(statement: exp.Expr) -> exp.Expr:
    """Return the statement with "cannot be told" as "not so"."""
    return exp.func("COALESCE", statement, exp.false())


def number(value: int) -> exp.Expr:
    """Return a whole number."""
    return exp.Literal.number(value)


def part(value: exp.Expr, start: int, length: int) -> exp.Expr:
    """Return `length` characters from `start` (1-based) on."""
    return exp.Substring(this=value.copy(), start=number(start), length=number(length))


def times(value: exp.Expr, factor: int) -> exp.Expr:
    """Return the product."""
    return exp.Mul(this=value, expression=number(factor))


def divided(value: exp.Expr, by: int) -> exp.Expr:
    """Return the whole quotient."""
    return exp.paren(exp.IntDiv(this=value.copy(), expression=number(by)))


def rest(value: exp.Expr, by: int) -> exp.Expr:
    """Return the remainder."""
    return exp.paren(exp.Mod(this=exp.paren(value.copy()), expression=number(by)))


def sum_of(parts: Sequence[exp.Expr]) -> exp.Expr:
    """Return the sum."""
    total = parts[0]
    for one in parts[1:]:
        total = exp.Add(this=total, expression=one)
    return exp.paren(total)
