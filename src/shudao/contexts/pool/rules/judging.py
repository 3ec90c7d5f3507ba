"""
Rules as SQL: every rule of a dataset contract becomes one expression, built once and printed in the engine's dialect.

All source columns arrive as text in a relation `source` that also has `_line`, the row's number.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce

from sqlglot import exp

from shudao.contexts.pool.contracts import ColumnType, DatasetContract, Identifier, Rule, RuleKind

LINE = "_line"
REASONS = "_reasons"
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

Violation = Callable[[exp.Expr, Rule, DatasetContract, date], exp.Expr]


def staged(contract: DatasetContract, *, today: date, dialect: str) -> str:
    """
    Return the query that judges every row of `source`.

    Args:
        contract: Whose rules.
        today: What "today" means in a range.
        dialect: sqlglot's name of the engine's dialect.

    Returns:
        SQL whose rows are `_line`, the columns cleaned (trimmed, identifiers in capitals, empty as NULL) and
        `_reasons`, the codes of the rules broken, in the contract's order; empty for a good row.

    Source:
        GB 11643, GB 32100 (check digits); proved by tests/contexts/pool/rules/test_judging.py
    """
    cleaned = exp.select(exp.column(LINE), *(_cleaned(contract, column.name) for column in contract.columns))
    cleaned = cleaned.from_("source")
    reasons = exp.Array(
        expressions=[
            exp.Case(ifs=[exp.If(this=_broken(rule, contract, today), true=exp.Literal.string(rule.code))])
            for rule in contract.rules
        ]
    )
    item = exp.to_identifier("reason")
    kept = exp.Lambda(this=exp.column("reason").is_(exp.null()).not_(), expressions=[item])
    listed = exp.Anonymous(this="list_filter", expressions=[reasons, kept])
    query = exp.select(exp.Star(), exp.alias_(listed, REASONS)).from_(cleaned.subquery("cleaned"))
    return query.sql(dialect=dialect)


def _cleaned(contract: DatasetContract, name: str) -> exp.Expr:
    value: exp.Expr = exp.Trim(this=exp.column(name, quoted=True))
    if contract.column(name).identifier is not Identifier.NONE:
        value = exp.Upper(this=value)
    return exp.alias_(exp.Nullif(this=value, expression=exp.Literal.string("")), name, quoted=True)


def _broken(rule: Rule, contract: DatasetContract, today: date) -> exp.Expr:
    if rule.kind is RuleKind.UNIQUE:
        return _repeated(rule)
    value = exp.column(rule.columns[0], quoted=True)
    if rule.kind is RuleKind.REQUIRED:
        return value.is_(exp.null())
    broken = _VIOLATIONS[rule.kind](value, rule, contract, today)
    return exp.and_(value.is_(exp.null()).not_(), broken)


def _repeated(rule: Rule) -> exp.Expr:
    """The first row of a key is good; later ones break the rule."""
    order = exp.Order(expressions=[exp.Ordered(this=exp.column(LINE))])
    columns = [exp.column(name, quoted=True) for name in rule.columns]
    number = exp.Window(this=exp.RowNumber(), partition_by=columns, order=order)
    return exp.GT(this=number, expression=exp.Literal.number(1))


def _pattern(value: exp.Expr, rule: Rule, contract: DatasetContract, today: date) -> exp.Expr:
    return exp.not_(_matches(value, rule.pattern))


def _matches(value: exp.Expr, pattern: str) -> exp.Expr:
    return exp.RegexpLike(this=value.copy(), expression=exp.Literal.string(f"^(?:{pattern})$"))


def _listed(value: exp.Expr, rule: Rule, contract: DatasetContract, today: date) -> exp.Expr:
    return exp.not_(value.isin(*rule.values))


def _typed(value: exp.Expr, rule: Rule, contract: DatasetContract, today: date) -> exp.Expr:
    kind = contract.column(rule.columns[0]).kind
    shape = r"\d{4}-\d{2}-\d{2}" if kind is ColumnType.DATE else r"-?\d{1,18}"
    return exp.or_(exp.not_(_matches(value, shape)), cast(value, kind).is_(exp.null()))


def _outside(value: exp.Expr, rule: Rule, contract: DatasetContract, today: date) -> exp.Expr:
    kind = contract.column(rule.columns[0]).kind
    typed = cast(value, kind)
    parts: list[exp.Expr] = []
    for bound, operator in ((rule.lowest, exp.LT), (rule.highest, exp.GT)):
        if bound:
            text = today.isoformat() if bound == "today" else bound
            parts.append(operator(this=typed.copy(), expression=cast(exp.Literal.string(text), kind)))
    return exp.func("COALESCE", exp.or_(*parts), exp.false())


def cast(value: exp.Expr, kind: ColumnType) -> exp.Expr:
    """Return `value` as the column's type, NULL where it is not of it."""
    if kind not in (ColumnType.DATE, ColumnType.INTEGER):
        return value.copy()
    return exp.TryCast(this=value.copy(), to=exp.DataType.build("date" if kind is ColumnType.DATE else "bigint"))


def _check_digit(value: exp.Expr, rule: Rule, contract: DatasetContract, today: date) -> exp.Expr:
    right = _resident if rule.values[0] == Identifier.RESIDENT.value else _credit
    return exp.not_(right(value))


def _sum(terms: list[exp.Expr]) -> exp.Expr:
    return reduce(lambda left, right: exp.Add(this=left, expression=right), terms)


def _character(value: exp.Expr, place: int) -> exp.Expr:
    return exp.Substring(this=value.copy(), start=exp.Literal.number(place + 1), length=exp.Literal.number(1))


def _resident(value: exp.Expr) -> exp.Expr:
    """18 characters, a day that exists, and the check character of GB 11643."""
    total = _sum(
        [
            exp.Mul(
                this=exp.TryCast(this=_character(value, place), to=exp.DataType.build("int")),
                expression=exp.Literal.number(weight),
            )
            for place, weight in enumerate(_RESIDENT_WEIGHTS)
        ]
    )
    rest = exp.Add(
        this=exp.Mod(this=exp.paren(total), expression=exp.Literal.number(11)), expression=exp.Literal.number(1)
    )
    check = exp.Substring(this=exp.Literal.string(_RESIDENT_CHECKS), start=rest, length=exp.Literal.number(1))
    part = [
        exp.Substring(this=value.copy(), start=exp.Literal.number(start), length=exp.Literal.number(length))
        for start, length in ((7, 4), (11, 2), (13, 2))
    ]
    dashed = exp.Concat(expressions=[part[0], exp.Literal.string("-"), part[1], exp.Literal.string("-"), part[2]])
    return exp.and_(
        _matches(value, "[1-9][0-9]{16}[0-9X]"),
        cast(dashed, ColumnType.DATE).is_(exp.null()).not_(),
        exp.EQ(this=check, expression=_character(value, 17)),
    )


def _credit(value: exp.Expr) -> exp.Expr:
    """18 characters of the credit code's alphabet and the check character of GB 32100."""

    def worth(place: int) -> exp.Expr:
        found = exp.StrPosition(this=exp.Literal.string(_CREDIT_ALPHABET), substr=_character(value, place))
        return exp.paren(exp.Sub(this=found, expression=exp.Literal.number(1)))

    total = _sum([exp.Mul(this=worth(place), expression=exp.Literal.number(pow(3, place, 31))) for place in range(17)])
    whole = exp.Add(this=total, expression=worth(17))
    return exp.and_(
        _matches(value, f"[{_CREDIT_ALPHABET}]{{18}}"),
        exp.EQ(
            this=exp.Mod(this=exp.paren(whole), expression=exp.Literal.number(31)), expression=exp.Literal.number(0)
        ),
    )


_VIOLATIONS: dict[RuleKind, Violation] = {
    RuleKind.PATTERN: _pattern,
    RuleKind.CODE_LIST: _listed,
    RuleKind.CHECK_DIGIT: _check_digit,
    RuleKind.RANGE: _outside,
    RuleKind.TYPE: _typed,
}
