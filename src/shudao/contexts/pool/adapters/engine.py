"""
DuckDB in memory: judges a delivery and hands out good and bad rows. Nothing is ever spilled to disk.

The SQL's variable parts are quoted column names of the contract and expressions that sqlglot prints.
"""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache

import duckdb
import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext
from sqlglot import exp

from shudao.contexts.pool.adapters import others
from shudao.contexts.pool.adapters.sources import Source
from shudao.contexts.pool.contracts.datasets import (
    Column,
    ColumnType,
    DatasetContract,
    Identifier,
    Rule,
)
from shudao.contexts.pool.contracts.refusals import (
    SourceUnreadable,
)
from shudao.contexts.pool.rules import judging
from shudao.kernel import sealing

DIALECT = "duckdb"
SUBJECT = "subject"
_ROWS = 50_000
_MEMORY = "4GB"


@lru_cache(maxsize=32)
def _judgement(contract: DatasetContract, today: date, rules: tuple[Rule, ...], test_numbers: bool) -> str:
    return judging.staged(contract, today=today, dialect=DIALECT, rules=rules, test_numbers=test_numbers)


@lru_cache(maxsize=32)
def _elements(contract: DatasetContract, today: date) -> str:
    return judging.elements(contract, dialect=DIALECT, today=today)


class Judged:
    """
    A delivery, judged and held in memory.

    Args:
        contract: The dataset's contract.
        source: The delivery.
        today: What "today" means in its rules.
        subject_key: Key of the subjects' hashes.
        other: The datasets that its rules look into; rules about others are not judged.

    Raises:
        SourceUnreadable: the file broke off or turned out to be of another format half-way.
    """

    def __init__(
        self,
        contract: DatasetContract,
        source: Source,
        *,
        today: date,
        subject_key: bytes,
        other: Mapping[str, others.Other] | None = None,
    ) -> None:
        self.contract, self._today, self._other = contract, today, dict(other or {})
        self._pads = _pads(subject_key)
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "temp_directory": "",
                "memory_limit": _MEMORY,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        self._connection.register("source", source.batches)
        others.attach(self._connection, self._other, self._pads)
        judgement = _judgement(contract, today, self._judged(), not settings.PRODUCTION)
        try:
            self._connection.execute(f"CREATE TABLE staged AS {judgement}")
        except (duckdb.Error, pa.ArrowInvalid) as error:
            raise SourceUnreadable(why=gettext("文件内容不完整或格式不符。")) from error
        self._probe(subject_key)

    def __enter__(self) -> Judged:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()

    def _probe(self, subject_key: bytes) -> None:
        """The engine must hash as the kernel does, or look-ups would miss."""
        found = self._one(f"SELECT {_hashed('$text')}", text="PROBE")
        if found != sealing.keyed_hash(subject_key, "PROBE"):
            raise RuntimeError("the engine's keyed hash differs from the kernel's")

    def _one(self, sql: str, **parameters: object) -> object:
        row = self._connection.execute(sql, {**self._pads, **parameters}).fetchone()
        return row[0] if row else None

    def counts(self) -> tuple[int, int]:
        """Return how many rows there are and how many are good."""
        row = self._connection.execute(
            f"SELECT count(*), count(*) FILTER (len({judging.REASONS}) = 0) FROM staged"
        ).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always has its row
        return int(row[0]), int(row[1])

    def _judged(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.contract.rules if not rule.other or rule.other in self._other)

    def reasons(self) -> dict[str, int]:
        """Return rule code → how many rows broke it, those that only mark included, in the contract's order."""
        both = f"list_concat({judging.REASONS}, {judging.MARKS})"
        rows = self._connection.execute(
            f"SELECT reason, count(*) FROM (SELECT unnest({both}) AS reason FROM staged) GROUP BY reason"
        ).fetchall()
        found = {code: int(count) for code, count in rows}
        return {rule.code: found[rule.code] for rule in self.contract.rules if rule.code in found}

    def filled(self) -> dict[str, int]:
        """Return rule code → how many elements the rule judged: B of X = A/B. Counts of portions add up."""
        rules = [rule for rule in self.contract.rules if judging.judges_rows(rule)]
        counts = self._connection.execute(_elements(self.contract, self._today)).fetchall()[0]
        judged = set(self._judged())
        return {rule.code: int(count) for rule, count in zip(rules, counts, strict=True) if rule in judged}

    def good(self) -> Iterator[pa.RecordBatch]:
        """Yield the good rows by subject and key: `subject`, then the plain identifier, then the other columns."""
        chosen = [f"{_hashed(_name(self.contract.subject))} AS {SUBJECT}"]
        chosen += [f"{self._value(column)} AS {_name(column.name)}" for column in self.contract.columns]
        order = ", ".join([SUBJECT, *(_name(name) for name in self.contract.key)])
        sql = f"SELECT {', '.join(chosen)} FROM staged WHERE len({judging.REASONS}) = 0 ORDER BY {order}"
        used = {name: value for name, value in self._pads.items() if f"${name}" in sql}
        yield from self._connection.sql(sql, params=used).to_arrow_reader(_ROWS)

    def bad(self) -> Iterator[pa.RecordBatch]:
        """Yield the bad rows as they came: `_line`, `_reasons`, then every column as text."""
        columns = ", ".join(_name(column.name) for column in self.contract.columns)
        sql = (
            f"SELECT {judging.LINE}, {judging.REASONS}, {columns} FROM staged "
            f"WHERE len({judging.REASONS}) > 0 ORDER BY {judging.LINE}"
        )
        yield from self._connection.sql(sql).to_arrow_reader(_ROWS)

    def _value(self, column: Column) -> str:
        name = _name(column.name)
        if column.name == self.contract.subject:
            return name
        if column.identifier is not Identifier.NONE:
            return _hashed(name)
        if column.kind in (ColumnType.DATE, ColumnType.INTEGER):
            return judging.cast(exp.column(column.name, quoted=True), column.kind).sql(dialect=DIALECT)
        return name


def _name(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect=DIALECT)


def _pads(key: bytes) -> dict[str, bytes]:
    """HMAC's two padded keys (RFC 2104), so that the engine computes it from its own SHA-256."""
    block = key.ljust(64, b"\0")
    return {"inner": bytes(byte ^ 0x36 for byte in block), "outer": bytes(byte ^ 0x5C for byte in block)}


def _hashed(value: str) -> str:
    inner = f"unhex(sha256($inner::BLOB || encode({value})))"
    return f"unhex(sha256($outer::BLOB || {inner}))[1:{sealing.HASH_SIZE}]"
