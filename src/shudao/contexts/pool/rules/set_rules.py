"""
Rules judged over the rows of a delivery together: each becomes a query for the lines of the rows that break it.

They read the relation `typed`, and other datasets as "pool_<code>": `_subject` and the columns that lie open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from shudao.contexts.pool.contracts.datasets import (
    ColumnType,
    Identifier,
    Rule,
    RuleKind,
)
from shudao.contexts.pool.rules import conditions, row_rules, terms
from shudao.contexts.pool.rules.terms import LINE, Scope, column

TYPED = "typed"
SUBJECT = "_subject"
_FOUND = "_found"
_AGGREGATES: dict[str, type[exp.AggFunc]] = {"sum": exp.Sum, "mean": exp.Avg, "lowest": exp.Min, "highest": exp.Max}


def relation(dataset: str) -> str:
    """Return the name under which another dataset is read."""
    return f"pool_{dataset}"


def _rows(rule: Rule, scope: Scope, *columns: exp.Expr) -> exp.Select:
    """Select from the rows that the rule judges."""
    found = exp.select(*columns).from_(exp.to_identifier(TYPED))
    judged = row_rules.applies(rule, scope)
    return found.where(judged) if judged is not None else found


def _renamed(names: Sequence[str], prefix: str, scope: Scope) -> list[exp.Expr]:
    return [exp.alias_(scope.text(name), f"{prefix}{place}") for place, name in enumerate(names)]


def _places(prefix: str, count: int, table: str = "") -> list[exp.Expr]:
    return [column(f"{prefix}{place}", table) for place in range(count)]


def _lines(inner: exp.Select, condition: exp.Expr) -> exp.Select:
    return exp.select(column(LINE)).from_(inner.subquery(_FOUND)).where(condition)


def _joined(left: str, right: str, prefix: str, count: int) -> exp.Expr:
    pairs = zip(_places(prefix, count, left), _places(prefix, count, right), strict=True)
    return exp.and_(*(terms.same(one, other) for one, other in pairs))


def repeated(rule: Rule, scope: Scope) -> exp.Select:
    """The first row is good, later ones like it are not. Rows with a part of a `unique` missing are not compared."""
    order = exp.Order(expressions=[exp.Ordered(this=column(LINE))])
    partition = [scope.text(name) for name in rule.columns]
    number = exp.Window(this=exp.RowNumber(), partition_by=partition, order=order)
    inner = _rows(rule, scope, column(LINE), exp.alias_(number, "n"))
    return _lines(inner, exp.GT(this=column("n"), expression=terms.number(1)))


def _dependent(rule: Rule, scope: Scope) -> exp.Select:
    """A row that says otherwise than most of its group; where two values are most frequent, the whole group."""
    group, depend = len(rule.group), len(rule.columns)
    named = [*_renamed(rule.group, "g", scope), *_renamed(rule.columns, "d", scope)]
    keys = [*_places("g", group), *_places("d", depend)]
    counted = exp.select(*keys, exp.alias_(exp.Count(this=exp.Star()), "n"))
    counted = counted.from_(_rows(rule, scope, *named).subquery("named")).group_by(*keys)
    by_group = _places("g", group)
    most = exp.Window(this=exp.Max(this=column("n")), partition_by=by_group)
    ranked = exp.select(*keys, column("n"), exp.alias_(most, "m")).from_(counted.subquery("counted"))
    ties = exp.Case(
        ifs=[exp.If(this=terms.same(column("n"), column("m")), true=terms.number(1))], default=terms.number(0)
    )
    tied = exp.Window(this=exp.Sum(this=ties), partition_by=_places("g", group))
    ranked = exp.select(*keys, column("n"), column("m"), exp.alias_(tied, "t")).from_(ranked.subquery("ranked"))
    odd = exp.or_(
        exp.LT(this=column("n"), expression=column("m")), exp.GT(this=column("t"), expression=terms.number(1))
    )
    wrong = exp.select(*keys).from_(ranked.subquery("judged")).where(odd)
    rows = _rows(rule, scope, column(LINE), *named).subquery("rows_")
    on = exp.and_(_joined("rows_", "wrong", "g", group), _joined("rows_", "wrong", "d", depend))
    return exp.select(column(LINE, "rows_")).from_(rows).join(wrong.subquery("wrong"), on=on)


def _grouped(rule: Rule, scope: Scope) -> exp.Select:
    """Every row of a group whose count, sum … lies outside the bounds."""
    group = len(rule.group)
    named = _renamed(rule.group, "g", scope)
    inner = _rows(rule, scope, *named, *([exp.alias_(_measured(rule, scope), "v")] if rule.columns else []))
    measure = aggregate(rule.measure, column("v"))
    outside = out_of_bounds(rule, measure)
    wrong = exp.select(*_places("g", group)).from_(inner.subquery("grouped"))
    wrong = wrong.group_by(*_places("g", group)).having(outside)
    rows = _rows(rule, scope, column(LINE), *named).subquery("rows_")
    on = _joined("rows_", "wrong", "g", group)
    return exp.select(column(LINE, "rows_")).from_(rows).join(wrong.subquery("wrong"), on=on)


def _measured(rule: Rule, scope: Scope) -> exp.Expr:
    value = scope.text(rule.columns[0]) if rule.measure == "distinct" else scope.typed(rule.columns[0])
    whole = scope.contract.column(rule.columns[0]).kind is ColumnType.INTEGER
    return exp.cast(value, "decimal(38, 0)") if whole and rule.measure != "distinct" else value


def aggregate(measure: str, value: exp.Expr) -> exp.Expr:
    """Return a group's figure: "rows", "distinct", "sum", "mean", "lowest" or "highest" of a value."""
    if measure == "rows":
        return exp.Count(this=exp.Star())
    if measure == "distinct":
        return exp.Count(this=exp.Distinct(expressions=[value]))
    return _AGGREGATES[measure](this=value)


def out_of_bounds(rule: Rule, measure: exp.Expr) -> exp.Expr:
    """Whether the figure is below the rule's lowest or above its highest."""
    parts: list[exp.Expr] = []
    for bound, operator in ((rule.lowest, exp.LT), (rule.highest, exp.GT)):
        if bound:
            parts.append(operator(this=measure.copy(), expression=exp.Literal.number(bound)))
    return exp.or_(*parts)


def _paired(rule: Rule, scope: Scope) -> exp.Select:
    """A row to which there is another of its group so that the two fulfil what no two rows may."""
    one = Scope(scope.contract, scope.today, "one", scope.test_numbers)
    other = Scope(scope.contract, scope.today, "other", scope.test_numbers)
    same_group = [terms.same(one.text(name), other.text(name)) for name in rule.group]
    apart = exp.NEQ(this=column(LINE, "one"), expression=column(LINE, "other"))
    denied = conditions.sql(rule.deny, one, other) if rule.deny else exp.false()
    on = exp.and_(*same_group, apart, exp.paren(denied))
    rows = _rows(rule, scope, exp.Star())
    found = exp.select(column(LINE, "one")).distinct().from_(rows.subquery("one"))
    return found.join(rows.copy().subquery("other"), on=on)


def comparable(scope: Scope, name: str) -> exp.Expr:
    """Return a column as other datasets' files hold it: identifiers hashed, dates and whole numbers typed."""
    described = scope.contract.column(name)
    if described.identifier is not Identifier.NONE:
        return exp.Anonymous(this="subject_hash", expressions=[scope.text(name)])
    return scope.typed(name) if described.kind in (ColumnType.DATE, ColumnType.INTEGER) else scope.text(name)


def _foreign(rule: Rule, scope: Scope) -> exp.Select:
    """A value that the other dataset does not know."""
    count = len(rule.columns)
    own = [exp.alias_(comparable(scope, name), f"v{place}") for place, name in enumerate(rule.columns)]
    known = [exp.alias_(column(name), f"v{place}") for place, name in enumerate(rule.other_columns)]
    others = exp.select(*known, exp.alias_(terms.number(1), "there")).distinct()
    others = others.from_(exp.to_identifier(relation(rule.other), quoted=True))
    rows = _rows(rule, scope, column(LINE), *own).subquery("rows_")
    found = exp.select(column(LINE, "rows_")).from_(rows)
    on = _joined("rows_", "others", "v", count)
    found = found.join(others.subquery("others"), on=on, join_type="left")
    return found.where(terms.missing(column("there", "others")))


def _disagreeing(rule: Rule, scope: Scope) -> exp.Select:
    """A row whose subject the other dataset knows, but with none of its rows saying the same."""
    subject = comparable(scope, scope.contract.subject)
    own = [exp.alias_(comparable(scope, name), f"v{place}") for place, name in enumerate(rule.columns)]
    rows = _rows(rule, scope, column(LINE), exp.alias_(subject, SUBJECT), *own).subquery("rows_")
    known = [exp.alias_(column(name), f"v{place}") for place, name in enumerate(rule.other_columns)]
    others = exp.select(column(SUBJECT), *known)
    others = others.from_(exp.to_identifier(relation(rule.other), quoted=True))
    others = others.where(terms.all_present([column(name) for name in rule.other_columns]))
    agree = exp.Case(
        ifs=[exp.If(this=_joined("rows_", "others", "v", len(own)), true=terms.number(1))], default=terms.number(0)
    )
    found = exp.select(column(LINE, "rows_")).from_(rows)
    on = terms.same(column(SUBJECT, "rows_"), column(SUBJECT, "others"))
    found = found.join(others.subquery("others"), on=on)
    found = found.group_by(column(LINE, "rows_"))
    return found.having(terms.same(exp.Max(this=agree), terms.number(0)))


LINES: dict[RuleKind, Callable[[Rule, Scope], exp.Select]] = {
    RuleKind.UNIQUE: repeated,
    RuleKind.DUPLICATE: repeated,
    RuleKind.DEPENDENCY: _dependent,
    RuleKind.GROUP: _grouped,
    RuleKind.PAIRS: _paired,
    RuleKind.FOREIGN: _foreign,
    RuleKind.AGREEMENT: _disagreeing,
}
ACROSS = (RuleKind.FOREIGN, RuleKind.AGREEMENT)
