"""The part that looks people up, as a worker of the gateway does: the index's reader and its keys, no database."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from shudao.contexts.pool.management.bench import talking
from shudao.contexts.pool.management.bench.talking import Told
from shudao.kernel.keys import KeyRing
from shudao.kernel.sealing import keyed_hash
from shudao.plane.lookup.reader import IndexReader

_INDEX_KEYS, _SUBJECT_KEYS = "pool-index", "subject-hash"
_AT_ONCE = 1_000
_ZIPF = 1.2


class _Asking:
    """The opened reader and whom to ask for."""

    reader: Any = None
    subjects: list[Any] = []


def prepare(index: str, keys: str, identifiers: str, seed: int) -> Told:
    """Open the index; whom to ask for stands in the file `identifiers`, a line each."""
    ring = KeyRing.load(Path(keys))
    key = ring.secret(_SUBJECT_KEYS).secret
    subjects = [keyed_hash(key, line) for line in Path(identifiers).read_text("ascii").splitlines()]
    return begin(IndexReader(Path(index), ring.secrets(_INDEX_KEYS)), subjects, seed)


def begin(reader: Any, subjects: list[Any], seed: int) -> Told:
    """Ask `reader` for these from now on, in an order of one's own."""
    _Asking.reader = reader
    order = np.random.Generator(np.random.SFC64(seed)).permutation(len(subjects))
    _Asking.subjects = [subjects[place] for place in order.tolist()]
    return {"subjects": len(subjects)}


def first(count: int) -> Told:
    """Ask for `count` people once each: the first look after the files were dropped from memory."""
    took, rows = _clocked(_Asking.subjects[:count])
    return {"count": len(took), "rows": rows, **_quantiles(took)}


def every() -> Told:
    """Ask for everybody once, so that what is asked next is in memory: hot."""
    for subject in _Asking.subjects:
        _Asking.reader.lookup(subject)
    return {"count": len(_Asking.subjects)}


def ask(seconds: float, zipf: bool, seed: int) -> Told:
    """
    Ask for `seconds` without a clock, then half as long with one.

    Returns:
        Look-ups, their rows and hits, processor seconds and wall seconds of the first part; quantiles of the second.
    """
    drawn = _drawn(seed) if zipf else _Asking.subjects
    lookup, done, rows = _Asking.reader.lookup, 0, 0
    used, started = time.process_time(), time.monotonic()
    end = started + seconds
    while not done or time.monotonic() < end:
        for subject in _portion(drawn, done):
            found = lookup(subject)
            if found is not None:
                rows += len(found.rows)
        done += _AT_ONCE
    used, wall = time.process_time() - used, time.monotonic() - started
    took: list[int] = []
    end = time.monotonic() + seconds / 2
    while not took or time.monotonic() < end:
        took += _clocked(_portion(drawn, done + len(took)))[0]
    return {"lookups": done, "rows": rows, "used": used, "seconds": wall, **_quantiles(took)}


def _portion(drawn: list[Any], start: int) -> list[Any]:
    start %= len(drawn)
    some = drawn[start : start + _AT_ONCE]
    while len(some) < _AT_ONCE:
        some = some + drawn[: _AT_ONCE - len(some)]
    return some


def _drawn(seed: int) -> list[Any]:
    """The same people again and again: few of them often, most of them seldom."""
    ranks = np.random.Generator(np.random.SFC64(seed)).zipf(_ZIPF, 400_000)
    subjects = _Asking.subjects
    return [subjects[rank % len(subjects)] for rank in ranks.tolist()]


def _clocked(subjects: list[Any]) -> tuple[list[int], int]:
    lookup, clock, took, rows = _Asking.reader.lookup, time.perf_counter_ns, [], 0
    for subject in subjects:
        started = clock()
        found = lookup(subject)
        took.append(clock() - started)
        rows += len(found.rows) if found is not None else 0
    return took, rows


def _quantiles(took: list[int]) -> Told:
    took.sort()
    return {name: took[int(len(took) * share)] / 1e6 for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99))}


def subjects(keys: str, identifiers: list[str]) -> Told:
    """Return the identifiers' hashes in hexadecimal."""
    key = KeyRing.load(Path(keys)).secret(_SUBJECT_KEYS).secret
    return {"subjects": [keyed_hash(key, identifier).hex() for identifier in identifiers]}


def shows(wanted: list[tuple[str, str, int]], patience: float) -> Told:
    """Look (subject, month, base) up until every one is what the index shows, at most `patience` seconds."""
    end = time.monotonic() + patience
    missing = wanted
    while missing and time.monotonic() < end:
        missing = [one for one in missing if not _shown(*one)]
        time.sleep(0.01)
    return {"shown": len(wanted) - len(missing)}


def _shown(subject: str, month: str, base: int) -> bool:
    found = _Asking.reader.lookup(bytes.fromhex(subject))
    return found is not None and [row["base"] for row in found.rows if row["month"] == month] == [base]


def forget(folder: str) -> Told:
    """Drop the folder's files from the machine's memory, as far as nobody has them mapped."""
    for file in Path(folder).rglob("*"):
        if file.is_file():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return {}


if __name__ == "__main__":
    actions = {"prepare": prepare, "first": first, "every": every, "ask": ask, "forget": forget}
    talking.serve(actions | {"subjects": subjects, "shows": shows})
