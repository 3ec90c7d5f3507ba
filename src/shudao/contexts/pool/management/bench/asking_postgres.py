"""The part that looks people up in PostgreSQL: a prepared statement on a connection that stays open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from shudao.contexts.pool.management.bench import asking, postgres_sql, talking
from shudao.contexts.pool.management.bench.talking import Told


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a look-up found."""

    rows: list[tuple[object, ...]]


class _Reader:
    """Looks like the index's reader."""

    def __init__(self, dsn: str) -> None:
        connection = psycopg.connect(dsn, autocommit=True, prepare_threshold=0)
        self._execute: Callable[..., psycopg.Cursor] = connection.cursor(binary=True).execute

    def lookup(self, subject: bytes) -> _Rows:
        return _Rows(self._execute(postgres_sql.LOOKUP, (subject,)).fetchall())


def prepare(dsn: str, identifiers: str, seed: int) -> Told:
    """Connect; whom to ask for stands in the file `identifiers`, a line each."""
    return asking.begin(_Reader(dsn), Path(identifiers).read_text("ascii").splitlines(), seed)


if __name__ == "__main__":
    talking.serve({"prepare": prepare, "every": asking.every, "ask": asking.ask})
