"""
Rules as SQL: all rules of a dataset become one query, built once and printed in the engine's dialect.

All source columns arrive as text in a relation `source` that also has `_line`, the row's number. The query's layers:
text cleaned, values typed, one yes-or-no column for each rule, the reasons of the rows that broke any.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlglot import exp

from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
    Identifier,
    Rule,
    Severity,
)
from shudao.contexts.pool.rules import check_digits, row_rules, set_rules, terms
from shudao.contexts.pool.rules.terms import LINE, MARKS, REASONS, Scope, cast

__all__ = [
    "LINE",
    "MARKS",
    "REASONS",
    "broken",
    "cast",
    "elements",
    "identifiers",
    "judges_rows",
    "row_rules_of",
    "set_rules_of",
    "staged",
]


def row_rules_of(contract: DatasetContract) -> tuple[Rule, ...]:
    """Return the rules judged from one row alone: rows may be judged in any portions."""
    return tuple(rule for rule in contract.rules if rule.kind in row_rules.BROKEN)


def set_rules_of(contract: DatasetContract) -> tuple[Rule, ...]:
    """Return the rules that need all rows of a delivery in one relation."""
    return tuple(rule for rule in contract.rules if rule.kind in set_rules.LINES)


def judges_rows(rule: Rule) -> bool:
    """Whether the rule judges rows, not the delivery as a whole."""
    return rule.kind in row_rules.BROKEN or rule.kind in set_rules.LINES


def staged(
    contract: DatasetContract,
    *,
    today: date,
    dialect: str,
    rules: Sequence[Rule] | None = None,
    test_numbers: bool = True,
) -> str:
    """
    Return the query that judges every row of `source`.

    Args:
        contract: Whose columns.
        today: What "today" means in a rule.
        dialect: sqlglot's name of the engine's dialect.
        rules: Which of the contract's rules; all row and set rules by default. Rules that judge a delivery as a whole
            take no part.
        test_numbers: Whether resident IDs of the unallocated region 5199xx pass.

    Returns:
        SQL whose rows are `_line`, the columns cleaned (trimmed, identifiers in capitals, empty as NULL), `_reasons`,
        the codes of the rules broken, in the contract's order, empty for a good row; and `_marks`, the codes of the
        broken rules that leave the row where it is.

    Source:
        GB 11643, GB 32100 (check digits); proved by tests/contexts/pool/rules/test_judging.py
    """
    judged = [rule for rule in contract.rules if rules is None or rule in rules]
    judged = [rule for rule in judged if judges_rows(rule)]
    scope = Scope(contract, today, test_numbers=test_numbers)
    names = [terms.column(name) for name in (LINE, *(column.name for column in contract.columns))]
    flags = [exp.alias_(_broken(rule, scope), f"b:{place}", quoted=True) for place, rule in enumerate(judged)]
    inner = exp.select(*names, *flags).from_(exp.to_identifier(set_rules.TYPED))
    listed = [
        exp.alias_(_listed(judged, Severity.QUARANTINE), REASONS),
        exp.alias_(_listed(judged, Severity.MARK), MARKS),
    ]
    query = exp.select(*(name.copy() for name in names), *listed)
    query = query.from_(inner.subquery("judged"))
    query = query.with_(set_rules.TYPED, as_=_typed(contract, _cleaned(contract), judged))
    again = sum(rule.kind in set_rules.LINES for rule in judged)
    if again and dialect == "duckdb":
        # The source can be read once only.
        query.args["with_"].expressions[0].set("materialized", True)
    return query.sql(dialect=dialect)


def broken(
    contract: DatasetContract,
    *,
    today: date,
    dialect: str,
    rules: Sequence[Rule],
    test_numbers: bool = True,
    typed: Collection[str] = (),
    numbered: bool = False,
) -> str:
    """
    Return the query for the rows of `source` that break any of `rules`; `source` has been cleaned already.

    Args:
        contract: The dataset's contract.
        today: What "today" means in its rules.
        dialect: The engine's dialect.
        rules: Those to judge. Row rules, `foreign` and `agreement` may be judged in portions of a delivery.
        test_numbers: Whether resident IDs of the unallocated region 5199xx pass.
        typed: Columns that `source` holds in their own type, not as text.
        numbered: Whether `source` has the helper columns of `identifiers(rules)` already.

    Returns:
        SQL whose rows are `_line`, `_reasons` and `_marks` as `staged` gives them; good rows are not among them.

    Source:
        the same rules as `staged`; proved by tests/contexts/pool/test_portions.py
    """
    scope = Scope(contract, today, test_numbers=test_numbers)
    flags = [exp.alias_(_broken(rule, scope), f"b:{place}", quoted=True) for place, rule in enumerate(rules)]
    inner = exp.select(terms.column(LINE), *flags).from_(exp.to_identifier(set_rules.TYPED))
    listed = [
        exp.alias_(_listed(rules, Severity.QUARANTINE), REASONS),
        exp.alias_(_listed(rules, Severity.MARK), MARKS),
    ]
    query = exp.select(terms.column(LINE), *listed).from_(inner.subquery("judged"))
    query = query.where(exp.or_(*(terms.column(f"b:{place}") for place in range(len(rules)))))
    rows = _given(contract, typed, identifiers(rules) if numbered else ())
    query = query.with_(set_rules.TYPED, as_=_typed(contract, rows, rules, typed, numbered=numbered))
    return query.sql(dialect=dialect)


def _given(contract: DatasetContract, typed: Collection[str], numbered: Sequence[str] = ()) -> exp.Select:
    """The cleaned rows: text beside every column that came in its own type."""
    columns = [terms.column(f"{name}:{helper}") for name in numbered for helper in check_digits.HELPERS]
    for column in contract.columns:
        name = terms.column(column.name)
        if column.name in typed:
            columns.append(exp.alias_(name, f"{column.name}:typed", quoted=True))
            name = exp.alias_(exp.cast(name.copy(), "text"), column.name, quoted=True)
        columns.append(name)
    return exp.select(terms.column(LINE), *columns).from_(exp.to_identifier("source"))


def elements(
    contract: DatasetContract,
    *,
    dialect: str,
    today: date,
    rules: Sequence[Rule] | None = None,
    relation: str = "staged",
    typed: Collection[str] = (),
) -> str:
    """
    Return the query over a relation of cleaned rows for how many elements each row and set rule judges.

    Returns:
        SQL with one row: a count for each of those rules (all that judge rows, unless `rules` are given), in their
        order. Counts of portions add up.
    """
    chosen = [rule for rule in contract.rules if judges_rows(rule)] if rules is None else rules
    scope = Scope(contract, today)
    counts = [_count(row_rules.applies(rule, scope)) for rule in chosen]
    rows = _given(contract, typed).from_(exp.to_identifier(relation))
    query = exp.select(*counts).from_(exp.to_identifier(set_rules.TYPED))
    return query.with_(set_rules.TYPED, as_=_typed(contract, rows, chosen, typed)).sql(dialect=dialect)


def _count(judged: exp.Expr | None) -> exp.Expr:
    one = terms.number(1)
    return exp.Count(this=exp.Star() if judged is None else exp.Case(ifs=[exp.If(this=judged, true=one)]))


def _cleaned(contract: DatasetContract) -> exp.Select:
    columns = []
    for column in contract.columns:
        value = _trimmed(terms.column(column.name))
        if column.identifier is not Identifier.NONE:
            value = exp.Upper(this=value)
        blank = exp.Nullif(this=value, expression=exp.Literal.string(""))
        columns.append(exp.alias_(blank, column.name, quoted=True))
    return exp.select(terms.column(LINE), *columns).from_(exp.to_identifier("source"))


def _trimmed(value: exp.Expr) -> exp.Expr:
    """Trimming costs twenty times what it costs to see that there is nothing to trim."""
    around = exp.or_(*(exp.Like(this=value.copy(), expression=exp.Literal.string(edge)) for edge in (" %", "% ")))
    return exp.Case(ifs=[exp.If(this=around, true=exp.Trim(this=value.copy()))], default=value.copy())


def _typed(
    contract: DatasetContract,
    rows: exp.Select,
    rules: Sequence[Rule],
    given: Collection[str] = (),
    *,
    numbered: bool = False,
) -> exp.Select:
    added: list[exp.Expr] = []
    for column in contract.columns:
        if terms.is_typed(contract, column.name) and column.name not in given:
            value = terms.strictly(terms.column(column.name), column.kind)
            added.append(exp.alias_(value, f"{column.name}:typed", quoted=True))
    typed = exp.select(exp.Star(), *added).from_(rows.subquery("cleaned"))
    return typed if numbered else check_digits.numbered(typed, identifiers(rules))


def identifiers(rules: Sequence[Rule]) -> list[str]:
    """Return the columns of resident IDs whose numbers the rules look at (`check_digits.numbered`)."""
    return list(dict.fromkeys(name for rule in rules for name in row_rules.derives_from(rule)))


def _broken(rule: Rule, scope: Scope) -> exp.Expr:
    if rule.kind in set_rules.LINES:
        return terms.column(LINE).isin(query=set_rules.LINES[rule.kind](rule, scope))
    broken = terms.surely(row_rules.BROKEN[rule.kind](rule, scope))
    judged = row_rules.applies(rule, scope)
    return broken if judged is None else exp.and_(judged, broken)


def _listed(rules: Sequence[Rule], severity: Severity) -> exp.Expr:
    """List what is broken for the rows that broke anything only: most did not."""
    chosen = [(place, rule.code) for place, rule in enumerate(rules) if rule.severity is severity]
    none = exp.cast(exp.Array(expressions=[]), "array<text>")
    if not chosen:
        return none
    flags = [terms.column(f"b:{place}") for place, _ in chosen]
    cases = [
        exp.Case(ifs=[exp.If(this=flag.copy(), true=exp.Literal.string(code))])
        for flag, (_, code) in zip(flags, chosen, strict=True)
    ]
    kept = exp.Lambda(this=terms.present(exp.column("reason")), expressions=[exp.to_identifier("reason")])
    listed = exp.ArrayFilter(this=exp.Array(expressions=cases), expression=kept)
    return exp.Case(ifs=[exp.If(this=exp.or_(*flags), true=listed)], default=none)
