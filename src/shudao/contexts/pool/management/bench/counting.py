"""
The contract's ten rules as one scan that only counts, of the pool's own expressions (`rules/row_rules.py`).

Over a plain delivery every rule is reckoned. Over kept files the subject is a hash: that it is there is asked, its
check digit was judged when it came and cannot be again. Values have their own types; nothing passes through text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlglot import exp

from shudao.contexts.pool.adapters import layers
from shudao.contexts.pool.contracts.datasets import DatasetContract, Rule, RuleKind
from shudao.contexts.pool.management.bench.planted import RULES
from shudao.contexts.pool.rules import judging, row_rules, terms
from shudao.contexts.pool.rules.terms import Scope

DIALECT = "duckdb"
FILES = "read_parquet($files)"


def ten(contract: DatasetContract, *, kept: bool) -> list[Rule]:
    """Return those of the ten that are judged row by row."""
    rules = [rule for rule in contract.rules if rule.code in RULES and rule.kind is not RuleKind.UNIQUE]
    return [rule for rule in rules if not (kept and rule.kind is RuleKind.CHECK_DIGIT)]


def row_counts(contract: DatasetContract, *, today: date, kept: bool, rows: str = FILES) -> str:
    """
    Return SQL over `rows`: one row, their number and then a count of broken ones for each of `ten`.

    Rows of a plain delivery have the helper columns of `identifiers` already.
    """
    scope = Scope(contract, today)
    counts = [exp.alias_(exp.Count(this=exp.Star()), "rows")]
    for rule in ten(contract, kept=kept):
        broken, judged = row_rules.BROKEN[rule.kind](rule, scope), row_rules.applies(rule, scope)
        wrong = exp.and_(judged, broken) if judged is not None else broken
        counts.append(exp.alias_(exp.CountIf(this=wrong), rule.code, quoted=True))
    chosen = ", ".join(count.sql(DIALECT) for count in counts)
    return f"SELECT {chosen} FROM ({_typed(contract, kept, rows)})"  # noqa: S608 - expressions that sqlglot prints


def identifiers(contract: DatasetContract) -> list[str]:
    """Return the columns of resident IDs whose numbers the ten ask for."""
    return judging.identifiers(ten(contract, kept=False))


def _typed(contract: DatasetContract, kept: bool, rows: str) -> str:
    typed = [column.name for column in contract.columns if terms.is_typed(contract, column.name)]
    added = [exp.alias_(terms.column(name), f"{name}:typed", quoted=True) for name in typed]
    if kept:
        added.append(exp.alias_(terms.column("subject"), contract.subject, quoted=True))
    return f"SELECT *, {', '.join(one.sql(DIALECT) for one in added)} FROM {rows}"  # noqa: S608


def repeated(contract: DatasetContract) -> str:
    """Return SQL over kept `$files` for how many rows repeat an earlier one's key; one with a part missing is none."""
    names = ["subject" if name == contract.subject else name for name in contract.key]
    return _repeated(names, FILES)


def _repeated(names: Sequence[str], rows: str) -> str:
    key, there = _key(names), _there(names)
    counted = f"SELECT count(*) AS n FROM {rows} WHERE {there} GROUP BY {key} HAVING n > 1"  # noqa: S608
    return f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({counted})"  # noqa: S608


def key_numbers(contract: DatasetContract) -> str:
    """Return SQL over plain `$files` for a number made of each key; equal keys have the same."""
    return f"SELECT hash({_key(contract.key)}) FROM {FILES} WHERE {_there(contract.key)}"  # noqa: S608


def repeated_among(contract: DatasetContract) -> str:
    """Return SQL as `repeated`, over the rows of plain `$files` whose key's number stands in the relation `again`."""
    rows = f"{FILES} SEMI JOIN again ON again.number = hash({_key(contract.key)})"
    return _repeated(contract.key, rows)


def _key(names: Sequence[str]) -> str:
    return ", ".join(terms.column(name).sql(DIALECT) for name in names)


def _there(names: Sequence[str]) -> str:
    return " AND ".join(f"{terms.column(name).sql(DIALECT)} IS NOT NULL" for name in names)


def repeated_beside(contract: DatasetContract) -> str:
    """
    Return SQL over one kept file: how many rows have the key of the row before, and how many stand out of order.

    A kept file is sorted by subject and the rest of the key. Where no row stands out of order, rows with the same key
    are neighbours, and nothing has to be collected to find them.
    """
    names = [terms.column(name).sql(DIALECT) for name in ("subject", *layers.record_key(contract))]
    before = [f"lag({name}) OVER ()" for name in names]
    pairs = [(f"b{place}", name) for place, name in enumerate(names)]
    same = " AND ".join(f"{old} = {new}" for old, new in pairs)
    follows = "TRUE"
    for old, new in reversed(pairs):
        follows = f"({old} < {new} OR ({old} = {new} AND {follows}))"
    rows = ", ".join([*names, *(f"{value} AS b{place}" for place, value in enumerate(before))])
    return (
        f"SELECT count(*) FILTER ({same}), count(*) FILTER (b0 IS NOT NULL AND {follows} IS NOT TRUE) "  # noqa: S608
        f"FROM (SELECT {rows} FROM {FILES})"
    )
