"""
DuckDB in memory: judges a delivery portion by portion, and says which lines are bad and why.

Good rows never pass through it: most rows are good, and a portion's columns lie in memory already. Rules that compare
all rows of a delivery are judged at its end, over the columns that they look at, which are held until then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings

from shudao.contexts.pool.adapters import cleaning, exposure, others, residents, subjects
from shudao.contexts.pool.contracts.datasets import DatasetContract, Rule, RuleKind, Severity
from shudao.contexts.pool.contracts.refusals import TooManyRows
from shudao.contexts.pool.rules import conditions, exposed, judging, row_rules, set_rules
from shudao.contexts.pool.rules.judging import LINE

DIALECT = "duckdb"
_MEMORY = "3GB"
_HELD = "held_rows"
Bad = dict[int, list[str]]


def by_key(contract: DatasetContract) -> Rule | None:
    """Return the rule that keys are unique, where rows need not be held for it: a subject's rows meet anyway."""
    wanted = frozenset(contract.key)
    for rule in contract.rules:
        plain = rule.kind is RuleKind.UNIQUE and rule.when is None and rule.severity is Severity.QUARANTINE
        if plain and frozenset(rule.columns) == wanted and contract.subject in wanted:
            return rule
    return None


class Judge:
    """
    A delivery being judged.

    Args:
        contract: The dataset's contract.
        today: What "today" means in its rules.
        other: The datasets that its rules look into; rules about others are not judged.
        hasher: Hashes identifiers as files hold them.
    """

    def __init__(
        self,
        contract: DatasetContract,
        *,
        today: date,
        hasher: subjects.Hasher,
        other: Mapping[str, others.Other] | None = None,
    ) -> None:
        self._contract, self._today = contract, today
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "temp_directory": "",
                "memory_limit": _MEMORY,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        others.attach(self._connection, dict(other or {}), hasher)
        judged = [one for one in contract.rules if judging.judges_rows(one) and _known(one, other or {})]
        key = by_key(contract)
        self._whole = [rule for rule in judged if rule.kind in _WHOLE and rule is not key]
        self._rules = [rule for rule in judged if rule not in self._whole and rule is not key]
        self._counted = [*self._rules, *self._whole, *([key] if key in judged else [])]
        self._holding = False
        self._queries: dict[frozenset[str], tuple[str, str]] = {}
        self.reasons: Counter[str] = Counter()
        self.filled: Counter[str] = Counter()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()

    def portion(self, table: pa.Table) -> Bad:
        """Return line → reasons of the bad rows among cleaned ones. Raises TooManyRows."""
        self._connection.register("source", self._numbered(table))
        found: Bad = {}
        broken, counting = self._query(cleaning.typed(table, self._contract))
        if broken:
            found = self._lines(broken)
        self._expose(table, found)
        self._count(table, counting)
        if self._whole:
            self._hold(table)
        return found

    def _expose(self, table: pa.Table, found: Bad) -> None:
        """Rows that would lay a resident ID open are bad, whatever the contract says: the file is no place for it."""
        lines = table.column(LINE).take(pa.array(exposure.rows(table, self._contract))).to_pylist()
        for line in lines:
            found.setdefault(line, []).append(exposed.IDENTIFIER)
        if lines:
            self.reasons[exposed.IDENTIFIER] += len(lines)

    def _numbered(self, table: pa.Table) -> pa.Table:
        """Add what rules ask of resident IDs."""
        for name in judging.identifiers(self._rules):
            for helper, values in residents.numbers(table.column(name), name).items():
                table = table.append_column(helper, values)
        return table

    def whole(self) -> Bad:
        """Return line → reasons by the rules that compare all rows, at the end."""
        if not self._holding:
            return {}
        self._connection.unregister("source")
        self._connection.execute(f"ALTER TABLE {_HELD} RENAME TO source")
        return self._lines(self._broken(self._whole, frozenset()))

    def _lines(self, sql: str) -> Bad:
        try:
            rows = self._connection.execute(sql).fetchall()
        except duckdb.OutOfMemoryException:
            raise TooManyRows from None
        for _, reasons, marks in rows:
            self.reasons.update((*reasons, *marks))
        return {line: reasons for line, reasons, _ in rows if reasons}

    def _broken(self, rules: Sequence[Rule], typed: frozenset[str], *, numbered: bool = False) -> str:
        return judging.broken(
            self._contract,
            today=self._today,
            dialect=DIALECT,
            rules=rules,
            test_numbers=not settings.PRODUCTION,
            typed=typed,
            numbered=numbered,
        )

    def _query(self, typed: frozenset[str]) -> tuple[str, str]:
        """Return the queries for what is broken, and for how many elements the less simple rules judge."""
        if typed not in self._queries:
            broken = self._broken(self._rules, typed, numbered=True) if self._rules else ""
            counting = judging.elements(
                self._contract, dialect=DIALECT, today=self._today, rules=self._odd(), relation="source", typed=typed
            )
            self._queries[typed] = broken, counting
        return self._queries[typed]

    def _odd(self) -> list[Rule]:
        return [rule for rule in self._counted if not _simple(rule)]

    def _count(self, table: pa.Table, counting: str) -> None:
        """How many elements each rule judges: for most of them, as many as there are values."""
        for rule in self._counted:
            if _simple(rule):
                self.filled[rule.code] += table.num_rows - _missing(table, rule)
        odd = self._odd()
        if odd:
            counts = self._connection.execute(counting).fetchall()[0]
            self.filled.update({rule.code: int(count) for rule, count in zip(odd, counts, strict=True)})

    def _hold(self, table: pa.Table) -> None:
        """Keep what the rules about all rows look at, as text; other columns are there, and empty."""
        looked = {name for rule in self._whole for name in _looked_at(rule)}
        names = [column.name for column in self._contract.columns]
        chosen = [
            f'CAST("{name}" AS text) AS "{name}"' if name in looked else f'NULL::text AS "{name}"' for name in names
        ]
        rows = f'SELECT "{LINE}", {", ".join(chosen)} FROM source'  # noqa: S608 - names that the contract checked
        held = f"INSERT INTO {_HELD} {rows}" if self._holding else f"CREATE TABLE {_HELD} AS {rows}"
        self._holding = True
        try:
            self._connection.execute(held)
        except duckdb.OutOfMemoryException:
            raise TooManyRows from None


_WHOLE = frozenset(set_rules.LINES) - frozenset(set_rules.ACROSS)


def _known(rule: Rule, other: Mapping[str, Any]) -> bool:
    return not rule.other or rule.other in other


def _simple(rule: Rule) -> bool:
    return rule.when is None and (rule.kind in row_rules.WHOLE_ROW or len({*rule.columns, *rule.group}) <= 1)


def _missing(table: pa.Table, rule: Rule) -> int:
    if rule.kind in row_rules.WHOLE_ROW:
        return 0
    return int(table.column((*rule.columns, *rule.group)[0]).null_count)


def _looked_at(rule: Rule) -> Iterator[str]:
    yield from (*rule.columns, *rule.group)
    for condition in (rule.when, rule.deny):
        if condition is not None:
            yield from conditions.columns(condition)
