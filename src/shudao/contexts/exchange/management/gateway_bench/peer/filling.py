"""The peer's database: the same people, by the same keyed hash, with the values in plain columns and an index."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import psycopg

from shudao.contexts.exchange.management.gateway_bench import people
from shudao.contexts.exchange.management.gateway_bench.meters import say
from shudao.plane.lookup.hashing import RowHasher

_TOGETHER = 200_000
_SCHEMA = """
CREATE TABLE person (subject bytea NOT NULL, name text, sex text, birth_date text, hukou_division text,
                     marital_status text, updated_on text);
CREATE TABLE nonce (key bytea PRIMARY KEY);
CREATE TABLE ledger (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, instant timestamptz NOT NULL,
                     request text NOT NULL, client text NOT NULL, service text NOT NULL, granted text NOT NULL,
                     purpose text NOT NULL, case_number text NOT NULL, subject bytea NOT NULL, fields text[] NOT NULL,
                     outcome text NOT NULL, hash bytea NOT NULL, nonce bytea NOT NULL)
"""
_VALUES = ("试验人", "1", "1990-01-01", "519901", "10", "2026-01-01")


def fill(dsn: str, key: bytes, rows: int) -> None:
    """Make the tables and put `rows` people in."""
    say(f"{rows:,} people for PostgreSQL")
    with psycopg.connect(dsn, autocommit=True) as base:
        base.execute(_SCHEMA)
        with base.cursor().copy("COPY person FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for part in _copied(key, rows):
                copy.write(part)
            copy.write(b"\xff\xff")
        base.execute("CREATE UNIQUE INDEX ON person (subject)")
        base.execute("VACUUM ANALYZE person")
        base.execute("CHECKPOINT")


def _copied(key: bytes, rows: int) -> Iterator[bytes]:
    rest = b"".join(struct.pack(">i", len(value.encode())) + value.encode() for value in _VALUES)
    head = struct.pack(">hi", 1 + len(_VALUES), 16)
    width, hashed = len(head) + 16 + len(rest), RowHasher(key)
    for start in range(0, rows, _TOGETHER):
        numbers = np.arange(start, min(start + _TOGETHER, rows), dtype=np.int64)
        lines = np.empty((len(numbers), width), np.uint8)
        lines[:, : len(head)] = np.frombuffer(head, np.uint8)
        lines[:, len(head) : len(head) + 16] = hashed(people.identifiers(numbers))
        lines[:, len(head) + 16 :] = np.frombuffer(rest, np.uint8)
        yield lines.tobytes()
