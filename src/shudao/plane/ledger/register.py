"""
A finding aid over the ledger: which entries name a case, a subject, a caller, a source, when. Made from the segments.

One SQLite file in `index/`. It proves nothing and can be thrown away: every answer is read from the segment itself.
Cases and subjects stand in it as the first eight bytes of a hash, so a row is small and says little; a collision is
found when the entry is read.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shudao.plane.ledger import entry, frames
from shudao.plane.ledger.entry import Entry
from shudao.plane.ledger.segment import FOLDER, SUFFIX

INDEX = "index"
FILE = "calls-2.sqlite3"  # a file of another shape is left alone: this one is made from the segments
COUNTED = 10_000  # more than this many are only said to be more
_BATCH = 20_000
_OUTCOMES = {entry.NO_RECORD: 1, entry.ANSWERED: 2}  # 0 for what was refused
_SCHEMA = """
CREATE TABLE IF NOT EXISTS segment (id INTEGER PRIMARY KEY, name TEXT UNIQUE, entries INTEGER, offset INTEGER);
CREATE TABLE IF NOT EXISTS name (id INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS call (segment INTEGER, sequence INTEGER, offset INTEGER, instant INTEGER, caller INTEGER,
  source INTEGER, client INTEGER, service INTEGER, case_key INTEGER, subject_key INTEGER, outcome INTEGER);
CREATE INDEX IF NOT EXISTS by_place ON call (segment, sequence);
CREATE INDEX IF NOT EXISTS by_time ON call (instant);
CREATE INDEX IF NOT EXISTS by_caller ON call (caller, instant);
CREATE INDEX IF NOT EXISTS by_source ON call (source, instant);
CREATE INDEX IF NOT EXISTS by_case ON call (case_key, instant);
CREATE INDEX IF NOT EXISTS by_subject ON call (subject_key, instant);
"""
_INSERT = "INSERT INTO call VALUES (?,?,?,?,?,?,?,?,?,?,?)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What to find; everything that is given must hold.

    Args:
        department: Credit code; calls in which it asks or is asked. "" for all.
        client, resource: X-Road client id, resource code (the service id's last part).
        case, subject: Case number, keyed hash in hex.
        since, until: Unix microseconds, from and below.
    """

    department: str = ""
    client: str = ""
    resource: str = ""
    case: str = ""
    subject: str = ""
    since: int = 0
    until: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry lies, and what it says."""

    segment: str
    sequence: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Tail:
    """What the index has not taken in of a segment's file: from byte `offset` on, with `entries` before it."""

    path: Path
    entries: int
    offset: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many calls there were, how many of them were carried out (answered or without a record), and answered."""

    calls: int
    carried: int
    answered: int


class Register:
    """Opens, or makes, the index of the ledger in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)
        self._path = self._folder / INDEX / FILE

    def catch_up(self, most: int = 0) -> int:
        """
        Take in acknowledged entries that came since; return how many bytes of segments are still ahead.

        Args:
            most: Stop after about so many entries; 0 for all. Where another process is at it, nothing is done.
        """
        with self._alone() as alone:
            if alone:
                with closing(self._open()) as base:
                    self._take_all(base, most)
        return self.behind()

    def behind(self) -> int:
        """Return how many bytes of segments are not taken in; unacknowledged ends count as well."""
        with closing(self._open()) as base:
            known = dict(base.execute("SELECT name, offset FROM segment"))
        return sum(max(0, path.stat().st_size - known.get(path.stem, 0)) for path in self._segments())

    def find(self, wanted: Wanted, *, start: int = 0, limit: int = 20) -> tuple[list[Place], int]:
        """Return the places from number `start` on, newest first, and how many there are (at most COUNTED + 1)."""
        with closing(self._open()) as base:
            parts = list(_queries(base, wanted))
            if not parts:
                return [], 0
            each = [f"SELECT * FROM ({sql} ORDER BY instant DESC LIMIT {COUNTED + 1})" for sql, _ in parts]  # noqa: S608
            values = [value for _, given in parts for value in given]
            union = " UNION ".join(each)
            count = base.execute(f"SELECT COUNT(*) FROM ({union})", values).fetchone()[0]  # noqa: S608
            order = "ORDER BY instant DESC, segment DESC, sequence DESC LIMIT ? OFFSET ?"
            rows = base.execute(f"{union} {order}", [*values, limit, start]).fetchall()
            names = dict(base.execute("SELECT id, name FROM segment"))
        found = (self._read(names[row[0]], row[1], row[2]) for row in rows)
        return [place for place in found if place is not None and _fits(place.entry, wanted)], min(count, COUNTED + 1)

    def answered(self, subject: str, *, limit: int) -> tuple[list[Place], list[Tail]]:
        """Return the newest answers about a subject (keyed hash in hex), newest first, and where the index ends."""
        sql = (
            "SELECT segment, sequence, offset FROM call WHERE subject_key = ? AND outcome = 2 "
            "ORDER BY instant DESC, segment DESC, sequence DESC LIMIT ?"
        )
        with closing(self._open()) as base, base:
            base.execute("BEGIN")
            rows = base.execute(sql, (_key(subject), limit)).fetchall()
            names = dict(base.execute("SELECT id, name FROM segment"))
            tails = self._tails(base)
        found = (self._read(names[row[0]], row[1], row[2]) for row in rows)
        return [place for place in found if place is not None and place.entry.subject == subject], tails

    def counts(self, since: int, until: int) -> tuple[dict[tuple[str, str], Counts], list[Tail]]:
        """Return (client, service) → counts from and below two instants, and where the index ends."""
        sql = (
            "SELECT client, service, COUNT(*), SUM(outcome > 0), SUM(outcome = 2) FROM call "
            "WHERE instant >= ? AND instant < ? GROUP BY client, service"
        )
        with closing(self._open()) as base, base:
            base.execute("BEGIN")
            rows = base.execute(sql, (since, until)).fetchall()
            names = dict(base.execute("SELECT id, text FROM name"))
            return {(names[row[0]], names[row[1]]): Counts(*row[2:]) for row in rows}, self._tails(base)

    def _tails(self, base: sqlite3.Connection) -> list[Tail]:
        known = {
            name: (entries, end) for name, entries, end in base.execute("SELECT name, entries, offset FROM segment")
        }
        found = (Tail(path, *known.get(path.stem, (0, 0))) for path in self._segments())
        return [tail for tail in found if tail.path.stat().st_size > tail.offset]

    def forget(self, segment: str, sequence: int) -> None:
        """Take out an entry that was erased."""
        if self._path.exists():
            with closing(self._open()) as base, base:
                base.execute(
                    "DELETE FROM call WHERE sequence = ? AND segment = (SELECT id FROM segment WHERE name = ?)",
                    (sequence, segment),
                )

    def offset(self, segment: str, sequence: int) -> int | None:
        """Return where an entry's frame begins in its segment's file, None where the index does not know it."""
        with closing(self._open()) as base:
            row = base.execute(
                "SELECT offset FROM call WHERE sequence = ? AND segment = (SELECT id FROM segment WHERE name = ?)",
                (sequence, segment),
            ).fetchone()
        return int(row[0]) if row else None

    def _segments(self) -> list[Path]:
        return sorted((self._folder / FOLDER).glob(f"*{SUFFIX}"))

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        base = sqlite3.connect(self._path, timeout=20)
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA synchronous=NORMAL")  # what a power cut takes away is read from the segments again
        base.executescript(_SCHEMA)
        return base

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path.parent / "lock", os.O_RDWR | os.O_CREAT, 0o640)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
        finally:
            os.close(descriptor)

    def _take_all(self, base: sqlite3.Connection, most: int) -> None:
        names: dict[str, int] = {text: number for number, text in base.execute("SELECT id, text FROM name")}
        taken = 0
        for path in self._segments():
            base.execute("INSERT OR IGNORE INTO segment (name, entries, offset) VALUES (?, 0, 0)", (path.stem,))
            number, count, offset = base.execute(
                "SELECT id, entries, offset FROM segment WHERE name = ?", (path.stem,)
            ).fetchone()
            if path.stat().st_size > offset:
                for rows, entries, end in _batches(path, number, count, offset, base, names):
                    with base:
                        base.executemany(_INSERT, rows)
                        base.execute("UPDATE segment SET entries = ?, offset = ? WHERE id = ?", (entries, end, number))
                    taken += len(rows)
                    if most and taken >= most:
                        return
        base.commit()

    def _read(self, segment: str, sequence: int, offset: int) -> Place | None:
        try:
            frame = frames.read_one(self._folder / FOLDER / f"{segment}{SUFFIX}", offset=offset, number=sequence)
        except (OSError, frames.SegmentDamaged):
            return None
        return Place(segment, sequence, entry.decode(frame.body)) if frame.kind == frames.ENTRY else None


def department_of(identifier: str) -> str:
    """Return the credit code in a client or service id."""
    parts = identifier.split("/")
    return parts[2] if len(parts) > 2 else ""


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


def _batches(
    path: Path, number: int, count: int, offset: int, base: sqlite3.Connection, names: dict[str, int]
) -> Iterator[tuple[list[tuple[int, ...]], int, int]]:
    """Yield rows of acknowledged entries with where to go on behind them."""

    def name(text: str) -> int:
        found = names.get(text)
        if found is None:
            base.execute("INSERT INTO name (text) VALUES (?)", (text,))
            found = names[text] = base.execute("SELECT id FROM name WHERE text = ?", (text,)).fetchone()[0]
        return found

    rows: list[tuple[int, ...]] = []
    kept = 0
    try:
        for frame in frames.read(path, offset=offset, number=count):
            if frame.kind == frames.ENTRY:
                one = entry.decode(frame.body)
                departments = (name(department_of(one.client)), name(department_of(one.service)))
                parts = (name(one.client), name(one.service), _key(one.case), _key(one.subject))
                place = (number, frame.number, frame.offset, one.instant)
                rows.append((*place, *departments, *parts, _OUTCOMES.get(one.outcome, 0)))
            elif frame.kind == frames.RECEIPT:
                kept = len(rows)
                count, offset = frame.number, frame.end
                if kept >= _BATCH:
                    yield rows, count, offset
                    rows, kept = [], 0
    except frames.SegmentDamaged:
        pass  # the verifier names the place; what came before can still be found
    yield rows[:kept], count, offset


def _queries(base: sqlite3.Connection, wanted: Wanted) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield one query for each side on which the department stands: each is one walk along one index."""
    where = _conditions(base, wanted)
    own = _number(base, wanted.department)
    sides = [{"caller = ?": own}, {"source = ?": own}] if wanted.department else [{}]
    for service in _services(base, wanted.resource):
        for side in sides:
            given = where | service
            if any(given.get(name, value) != value for name, value in side.items()):
                continue
            given |= side
            condition = " AND ".join(given) or "1"
            yield f"SELECT segment, sequence, offset, instant FROM call WHERE {condition}", list(given.values())  # noqa: S608


def _conditions(base: sqlite3.Connection, wanted: Wanted) -> dict[str, int]:
    where = {"instant >= ?": wanted.since}
    if wanted.until:
        where["instant < ?"] = wanted.until
    if wanted.case:
        where["case_key = ?"] = _key(wanted.case)
    if wanted.subject:
        where["subject_key = ?"] = _key(wanted.subject)
    if wanted.client:
        where["client = ?"] = _number(base, wanted.client)
        where["caller = ?"] = _number(base, department_of(wanted.client))
    return where


def _number(base: sqlite3.Connection, text: str) -> int:
    """Return the number that stands for a name, -1 for one that no entry has."""
    row = base.execute("SELECT id FROM name WHERE text = ?", (text,)).fetchone()
    return int(row[0]) if row else -1


def _services(base: sqlite3.Connection, resource: str) -> list[dict[str, int]]:
    """Return the conditions for each service that a resource code names; an empty one where none is asked for."""
    if not resource:
        return [{}]
    rows = base.execute("SELECT id, text FROM name WHERE text LIKE '%/' || ?", (resource,)).fetchall()
    return [
        {"service = ?": number, "source = ?": _number(base, department_of(text))}
        for number, text in rows
        if text.rpartition("/")[2] == resource
    ]


def _fits(found: Entry, wanted: Wanted) -> bool:
    return (not wanted.case or found.case == wanted.case) and (not wanted.subject or found.subject == wanted.subject)
