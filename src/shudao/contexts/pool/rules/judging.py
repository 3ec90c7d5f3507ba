"""
Rules as SQL: all rules of a dataset become one query, built once and printed in the engine's dialect.

All source columns arrive as text in a relation `source` that also has `_line`, the row's number. The query's layers:
text cleaned, values typed, one yes-or-no column for each rule, the reasons of the rows that broke any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlglot import exp

from shudao.contexts.pool.contracts import DatasetContract, Identifier, Rule
from shudao.contexts.pool.rules import check_digits, row_rules, set_rules, terms
from shudao.contexts.pool.rules.terms import LINE, REASONS, Scope, cast

__all__ = ["LINE", "REASONS", "cast", "elements", "row_rules_of", "set_rules_of", "staged"]


def row_rules_of(contract: DatasetContract) -> tuple[Rule, ...]:
    """Return the rules judged from one row alone: rows may be judged in any portions."""
    return tuple(rule for rule in contract.rules if rule.kind in row_rules.BROKEN)


def set_rules_of(contract: DatasetContract) -> tuple[Rule, ...]:
    """Return the rules that need all rows of a delivery in one relation."""
    return tuple(rule for rule in contract.rules if rule.kind in set_rules.LINES)


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
        SQL whose rows are `_line`, the columns cleaned (trimmed, identifiers in capitals, empty as NULL) and
        `_reasons`, the codes of the rules broken, in the contract's order; empty for a good row.

    Source:
        GB 11643, GB 32100 (check digits); proved by tests/contexts/pool/rules/test_judging.py
    """
    judged = [rule for rule in contract.rules if rules is None or rule in rules]
    judged = [rule for rule in judged if rule.kind in row_rules.BROKEN or rule.kind in set_rules.LINES]
    scope = Scope(contract, today, test_numbers=test_numbers)
    names = [terms.column(name) for name in (LINE, *(column.name for column in contract.columns))]
    flags = [exp.alias_(_broken(rule, scope), f"b:{place}", quoted=True) for place, rule in enumerate(judged)]
    inner = exp.select(*names, *flags).from_(exp.to_identifier(set_rules.TYPED))
    query = exp.select(*(name.copy() for name in names), exp.alias_(_reasons(judged), REASONS))
    query = query.from_(inner.subquery("judged"))
    query = query.with_(set_rules.TYPED, as_=_typed(contract, _cleaned(contract), judged))
    again = sum(rule.kind in set_rules.LINES for rule in judged)
    if again and dialect == "duckdb":
        # The source can be read once only.
        query.args["with_"].expressions[0].set("materialized", True)
    return query.sql(dialect=dialect)


def elements(contract: DatasetContract, *, dialect: str, today: date) -> str:
    """
    Return the query over `staged` (what `staged` gave) for how many elements each row and set rule judges.

    Returns:
        SQL with one row: a count for each of those rules, in the contract's order. Counts of portions add up.
    """
    rules = [rule for rule in contract.rules if rule.kind in row_rules.BROKEN or rule.kind in set_rules.LINES]
    scope = Scope(contract, today)
    counts = [_count(row_rules.applies(rule, scope)) for rule in rules]
    rows = exp.select(exp.Star()).from_(exp.to_identifier("staged"))
    query = exp.select(*counts).from_(exp.to_identifier(set_rules.TYPED))
    return query.with_(set_rules.TYPED, as_=_typed(contract, rows, rules)).sql(dialect=dialect)


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


def _typed(contract: DatasetContract, rows: exp.Select, rules: Sequence[Rule]) -> exp.Select:
    added: list[exp.Expr] = []
    for column in contract.columns:
        if terms.is_typed(contract, column.name):
            value = terms.strictly(terms.column(column.name), column.kind)
            added.append(exp.alias_(value, f"{column.name}:typed", quoted=True))
    numbers = list(_identifiers(rules))
    added += [check_digits.resident_number(terms.column(name), name) for name in numbers]
    typed = exp.select(exp.Star(), *added).from_(rows.subquery("cleaned"))
    if not numbers:
        return typed
    halves = [half for name in numbers for half in check_digits.resident_halves(name)]
    return exp.select(exp.Star(), *halves).from_(typed.subquery("numbered"))


def _identifiers(rules: Sequence[Rule]) -> Iterator[str]:
    yield from dict.fromkeys(name for rule in rules for name in row_rules.derives_from(rule))


def _broken(rule: Rule, scope: Scope) -> exp.Expr:
    if rule.kind in set_rules.LINES:
        return terms.column(LINE).isin(query=set_rules.LINES[rule.kind](rule, scope))
    broken = terms.surely(row_rules.BROKEN[rule.kind](rule, scope))
    judged = row_rules.applies(rule, scope)
    return broken if judged is None else exp.and_(judged, broken)


def _reasons(rules: Sequence[Rule]) -> exp.Expr:
    """List reasons for the rows that have any only: most have none."""
    flags = [terms.column(f"b:{place}") for place in range(len(rules))]
    codes = [exp.Literal.string(rule.code) for rule in rules]
    none = exp.cast(exp.Array(expressions=[]), "array<text>")
    if not rules:
        return none
    cases = [exp.Case(ifs=[exp.If(this=flag, true=code)]) for flag, code in zip(flags, codes, strict=True)]
    item = exp.to_identifier("reason")
    kept = exp.Lambda(this=terms.present(exp.column("reason")), expressions=[item])
    listed = exp.ArrayFilter(this=exp.Array(expressions=cases), expression=kept)
    return exp.Case(ifs=[exp.If(this=exp.or_(*(flag.copy() for flag in flags)), true=listed)], default=none)
