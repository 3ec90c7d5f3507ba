"""The same rows in PostgreSQL: COPY, indexes, the ten rules, uniqueness, a join, look-ups, an upsert, and its size."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from shudao.contexts.pool.management.bench import lookups
from shudao.contexts.pool.management.bench import postgres_sql as sql
from shudao.contexts.pool.management.bench.meters import say
from shudao.contexts.pool.management.bench.planted import agree
from shudao.contexts.pool.management.bench.postgres_server import Server, running
from shudao.contexts.pool.management.bench.talking import Child, Told

if TYPE_CHECKING:
    from shudao.contexts.pool.management.bench.running import Run


@dataclass(slots=True)
class _Peer:
    """The server being measured, and its figures; processor seconds are the server's alone."""

    run: Run
    server: Server
    connection: psycopg.Connection[tuple[Any, ...]]
    figures: Told = field(default_factory=dict)
    wall: Told = field(default_factory=dict)

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Add what happens meanwhile to the figure `name`."""
        used, started = self.server.cpu(), time.monotonic()
        yield
        used, took = self.server.cpu() - used, time.monotonic() - started
        self.wall[f"{name}_s"] = round(self.wall.get(f"{name}_s", 0.0) + took, 3)
        self.figures[f"{name}_cpu_s"] = round(self.figures.get(f"{name}_cpu_s", 0.0) + used, 3)

    def one(self, query: str) -> tuple[Any, ...]:
        row = self.connection.execute(query).fetchone()
        return tuple(row or ())


def measure(run: Run) -> Told:
    """Return `figures`, `wall` and the server's `settings`. Raises Differs where its verdicts are not the truth."""
    with running(run.scratch) as server, psycopg.connect(server.dsn, autocommit=True) as connection:
        peer = _Peer(run, server, connection)
        peer.figures["version"] = peer.one("SHOW server_version")[0]
        for step in (_load, _rules, _index, _join, _lookups, _upsert):
            say(f"PostgreSQL: {step.__name__.strip('_')}")
            step(peer)
        peer.figures["load_cpu_s"] = round(
            sum(peer.figures[f"{part}_cpu_s"] for part in ("copy", "index", "profile")), 3
        )
        peer.figures["rows_per_cpu_s"] = round(run.truth.rows / peer.figures["load_cpu_s"])
        return {"figures": peer.figures, "wall": peer.wall, "times": _times(peer), "settings": server.settings}


def _times(peer: _Peer) -> Told:
    """How many times better the pool is: bytes a row, rows a CPU second with rules and index, rules, look-ups."""
    ours, theirs, rows = peer.run.figures, peer.figures, peer.run.truth.rows
    rules = ours["delivery_profile_cpu_s"] * rows / peer.run.detail["delivery_rows"]
    found = {
        "size": theirs["bytes_per_row"] / ours["bytes_per_row"],
        "load": ours["rows_per_cpu_s"] / theirs["rows_per_cpu_s"],
        "rules": theirs["profile_cpu_s"] / rules,
        "unique": theirs["unique_cpu_s"] / ours["unique_cpu_s"],
        "join": theirs["join_cpu_s"] / ours["join_cpu_s"],
        "lookups": ours["lookups_per_s"] / theirs["lookups_per_s"],
    }
    return {name: round(value, 2) for name, value in found.items()}


def _load(peer: _Peer) -> None:
    peer.connection.execute(sql.TABLE)
    file = peer.run.scratch / "peer.parquet"
    # A month at a time: no more than one month's file lies beside the table.
    for month in range(1, 11):
        peer.run.source.write(file, [month])
        with peer.measured("copy"):
            _copy(peer.connection, file, "si")
        file.unlink()
    with peer.measured("copy"):
        peer.connection.execute("CHECKPOINT")
    peer.connection.execute("VACUUM (ANALYZE) si")


def _copy(connection: psycopg.Connection[tuple[Any, ...]], file: Path, table: str) -> None:
    plain = pq.ParquetFile(file)
    with connection.cursor() as cursor, cursor.copy(sql.COPY.format(table=table)) as copy:
        for batch in plain.iter_batches(batch_size=120_000):
            copy.write(_csv(batch))


def _csv(batch: pa.RecordBatch) -> bytes:
    out = io.BytesIO()
    pacsv.write_csv(batch, out, pacsv.WriteOptions(include_header=False))
    return out.getvalue()


def _rules(peer: _Peer) -> None:
    with peer.measured("unique"):
        repeated = peer.one(sql.UNIQUE)[0]
    with peer.measured("rules"):
        rows, *broken = peer.one(sql.RULES)
    for unit, part in (("cpu_s", peer.figures), ("s", peer.wall)):
        part[f"profile_{unit}"] = round(part[f"rules_{unit}"] + part[f"unique_{unit}"], 3)
    found = {code: count for code, count in zip(sql.RULE_CODES, broken, strict=True) if count}
    found |= {"key.unique": int(repeated)} if repeated else {}
    agree("PostgreSQL's verdicts", (rows, found), (peer.run.truth.rows, peer.run.truth.broken))


def _index(peer: _Peer) -> None:
    peer.connection.execute(sql.FORGET_REPEATED)
    with peer.measured("index"):
        peer.connection.execute(sql.UNIQUE_INDEX)
    # Look-ups use the first index; the second one only makes them no faster, and its size is not counted.
    with peer.measured("subject_index"):
        peer.connection.execute(sql.SUBJECT_INDEX)
    second = peer.one(sql.SUBJECT_SIZE)[0]
    peer.figures["bytes_per_row"] = round((peer.one(sql.SIZE)[0] - second) / peer.run.truth.rows, 2)
    peer.figures["subject_index_bytes_per_row"] = round(second / peer.run.truth.rows, 2)
    peer.connection.execute("VACUUM (ANALYZE) si")


def _join(peer: _Peer) -> None:
    peer.connection.execute(sql.OTHER)
    peer.connection.execute("VACUUM (ANALYZE) other")
    with peer.measured("join"):
        peer.connection.execute(sql.JOIN).fetchall()


def _lookups(peer: _Peer) -> None:
    asked = peer.run.scratch / "people.txt"
    if not asked.exists():
        lookups.people(peer.run)
    seconds = peer.run.wanted.seconds
    with ExitStack() as children:
        askers = [children.enter_context(Child("asking_postgres", peer.run.home)) for _ in range(lookups.PROCESSES)]
        for number, asker in enumerate(askers):
            asker.ask("prepare", dsn=peer.server.dsn, identifiers=str(asked), seed=number)
        lookups.warmed(askers)
        used = peer.server.cpu()
        even = lookups.together(askers, seconds=seconds, zipf=False)
        used = peer.server.cpu() - used
        few = lookups.together(askers, seconds=seconds, zipf=True)
    peer.figures |= lookups.figures(even)
    count = sum(one["lookups"] for one in even)
    # The server answers with a clock and without one: by how much it worked for the first part is reckoned.
    share = sum(one["seconds"] for one in even) / sum(one["wall"] for one in even)
    peer.figures["lookup_cpu_us"] = round(peer.figures["lookup_cpu_us"] + used * share / count * 1e6, 2)
    peer.figures["zipf_lookups_per_s"] = lookups.figures(few)["lookups_per_s"]


def _upsert(peer: _Peer) -> None:
    file = peer.run.scratch / "changes.parquet"
    peer.run.source.write_changes(file)
    person, month, base = peer.run.source.changes(1)[0]
    with peer.measured("upsert_visible"), peer.connection.transaction():
        peer.connection.execute(sql.CHANGES)
        _copy(peer.connection, file, "changes")
        peer.connection.execute(sql.UPSERT)
    shown = peer.connection.execute("SELECT base FROM si WHERE resident_id = %s AND month = %s", (person, month))
    agree("what PostgreSQL shows", [row[0] for row in shown.fetchall()], [base])
    peer.figures["upsert_visible_s"] = peer.wall["upsert_visible_s"]
    file.unlink()
