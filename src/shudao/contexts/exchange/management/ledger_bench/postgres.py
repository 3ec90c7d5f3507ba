"""The same entries as rows of PostgreSQL, durable before they are answered, in the same groups; tuned."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import psycopg

from shudao.contexts.exchange.management.ledger_bench import sample, writing
from shudao.contexts.pool.management.bench import postgres_server

_SCHEMA = "CREATE TABLE call (id bigint PRIMARY KEY, body text NOT NULL, digest bytea NOT NULL)"


def insert(dsn: str, first: int, count: int) -> None:
    """Write `count` rows, a commit for each group of `WAITING` by COPY: what a group commit of its clients comes to."""
    with psycopg.connect(dsn, autocommit=True) as base:
        for start in range(first, first + count, writing.WAITING):
            with base.transaction(), base.cursor().copy("COPY call FROM STDIN") as copy:
                for number in range(start, min(start + writing.WAITING, first + count)):
                    body = sample.body(number)
                    copy.write_row((number, body.decode(), hashlib.sha256(body).digest()))


def insert_each(dsn: str, first: int, count: int) -> None:
    """Write `count` rows, a prepared INSERT and a commit for each: what one caller after another gets."""
    with psycopg.connect(dsn, autocommit=True, prepare_threshold=1) as base:
        for number in range(first, first + count):
            body = sample.body(number)
            values = (number, body.decode(), hashlib.sha256(body).digest())
            base.execute("INSERT INTO call VALUES (%s, %s, %s)", values)


def measure(parent: Path, entries: int, workers: int) -> dict[str, Any]:
    """Return its figures, its settings among them."""
    with postgres_server.running(parent) as server:
        with psycopg.connect(server.dsn, autocommit=True) as base:
            base.execute(_SCHEMA)
            single = min(entries, 2000)
            alone, _ = writing.timed(insert_each, server.dsn, single, workers)
            base.execute("TRUNCATE call")
            wall, _ = writing.timed(insert, server.dsn, entries, workers)
            base.execute("VACUUM ANALYZE call")
            started = time.monotonic()
            for number in range(200):
                base.execute("SELECT body, digest FROM call WHERE id = %s", (number * (entries - 1) // 199,)).fetchone()
            looked = (time.monotonic() - started) / 200
            started = time.monotonic()
            wrong = base.execute(
                "SELECT count(*) FROM call WHERE sha256(convert_to(body, 'UTF8')) <> digest"
            ).fetchone()
            checked = time.monotonic() - started
        return {
            "durable_entries_per_second": round(entries / wall),
            "durable_entries_per_second_one_commit_each": round(single / alone),
            "look_up_ms": round(looked * 1000, 3),
            "verified_entries_per_second": round(entries / checked),
            "wrong": wrong and wrong[0],
            "settings": server.settings,
            "note": "proves nothing of what was removed or rewritten: rows are compared with digests beside them",
        }
