"""
Look-up index: build, size, look-ups. `python -m benchmarks.lookup_index [rows] [--varied]`

Rows are like social insurance's: ten months a subject, an employer for forty subjects, amounts that change during the
year for one subject in twenty, three rows in a hundred of another status. `--varied`: insurance, kind and status are
drawn anew for each row, and half of the subjects' amounts change. Seeded.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.machine import report
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.reader import IndexReader
from shudao.plane.lookup.writer import LayerWriter, publish

_KEY, _MONTHS, _BATCH = bytes(range(32)), 10, 100_000  # subjects a batch
_LOOKUPS = 200_000
FIELDS = [
    Field("month", Kind.TEXT),
    Field("insurance", Kind.TEXT),
    Field("employer", Kind.HASH),
    Field("division", Kind.TEXT),
    Field("base", Kind.INTEGER),
    Field("personal", Kind.INTEGER),
    Field("paid", Kind.INTEGER),
    Field("kind", Kind.TEXT),
    Field("status", Kind.TEXT),
    Field("paid_on", Kind.DATE),
    Field("months", Kind.INTEGER),
    Field("channel", Kind.TEXT),
]


def subjects(count: int) -> NDArray[np.uint8]:
    """Return `count` ascending subjects, (n, 16) bytes."""
    drawn = np.random.default_rng(7).integers(0, 256, (count, 16), dtype=np.uint8)
    return drawn[np.argsort(drawn.view("S16").ravel())]


def columns(chance: np.random.Generator, count: int, *, varied: bool) -> list[pa.Array]:
    """Return the twelve columns of `count` subjects, ten rows each."""
    rows = count * _MONTHS
    month = np.tile(np.arange(_MONTHS), count)

    def words(texts: list[str], of: NDArray[np.int64]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(of.astype(np.int32)), pa.array(texts))

    def each(values: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.repeat(values, _MONTHS)

    def few(kinds: int) -> NDArray[np.int64]:
        return chance.integers(0, kinds, rows) if varied else each(chance.integers(0, kinds, count))

    employers = chance.integers(0, 256, (max(1, count // 40), 16), dtype=np.uint8)
    raised = chance.random(count) < (0.5 if varied else 0.05)
    raise_from = chance.integers(1, _MONTHS, count)
    base = each(chance.integers(4_000, 30_000, count)) + np.where(each(raised) & (month >= each(raise_from)), 500, 0)
    start = each(chance.integers(1, 200, count))
    paid_on = 20_454 + month * 30 + chance.integers(0, 10, rows)
    employer = pa.py_buffer(np.repeat(employers[chance.integers(0, len(employers), count)], _MONTHS, axis=0).tobytes())
    status = chance.integers(0, 2, rows) if varied else (chance.random(rows) < 0.03).astype(np.int64)
    return [
        words([f"2026{number + 1:02}" for number in range(_MONTHS)], month),
        words(["310", "340", "390"], few(3)),
        pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), rows, [None, employer]),
        words([f"5199{number:02}" for number in range(183)], each(chance.integers(0, 183, count))),
        pa.array(base * 100),
        pa.array(base * 8),
        pa.array(base * 24),
        words(["employee", "flexible"], few(2)),
        words(["paid", "arrears"], status),
        pa.array(paid_on.astype(np.int32)).cast(pa.date32()),
        pa.array(start + month),
        words(["bank", "counter", "online"], each(chance.integers(0, 3, count))),
    ]


def _batches(count: int, *, varied: bool) -> Iterator[tuple[NDArray[np.uint8], list[pa.Array]]]:
    everybody, chance = subjects(count), np.random.default_rng(8)
    for start in range(0, count, _BATCH):
        some = everybody[start : start + _BATCH]
        yield np.repeat(some, _MONTHS, axis=0), columns(chance, len(some), varied=varied)


def _build(path: Path, count: int, *, varied: bool) -> dict[str, Any]:
    cpu = wall = 0.0
    with LayerWriter(path, _KEY, "k", "si", fields=FIELDS, record_key=["month"]) as writer:
        for names, given in _batches(count, varied=varied):
            before, then = time.process_time(), time.monotonic()
            writer.add(names, given)
            cpu, wall = cpu + time.process_time() - before, wall + time.monotonic() - then
        before, then = time.process_time(), time.monotonic()
        info = writer.finish()
        cpu, wall = cpu + time.process_time() - before, wall + time.monotonic() - then
    publish(path, _KEY, "k", "si", snapshot=1, as_of="2026-11-01", layers=[info.name])
    return {
        "rows": info.rows,
        "build_cpu_us_per_row": round(cpu / info.rows * 1e6, 3),
        "build_wall_us_per_row": round(wall / info.rows * 1e6, 3),
        "bytes_per_row": round(info.bytes / info.rows, 2),
    }


def _look_up(path: Path, names: list[bytes], out: multiprocessing.Queue[dict[str, float]] | None) -> dict[str, float]:
    reader, clock = IndexReader(path, {"k": _KEY}), time.perf_counter
    for name in names[:2_000]:
        reader.lookup(name)
    times = [0.0] * len(names)
    cpu, wall = time.process_time(), time.monotonic()
    for number, name in enumerate(names):
        then = clock()
        found = reader.lookup(name)
        times[number] = clock() - then
        assert found is not None
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    times.sort()
    figures = {
        "cpu_us": round(cpu / len(names) * 1e6, 2),
        "per_second": round(len(names) / wall),
        "p50_us": round(times[len(times) // 2] * 1e6, 1),
        "p99_us": round(times[len(times) * 99 // 100] * 1e6, 1),
    }
    if out is not None:
        out.put(figures)
    return figures


def _together(path: Path, names: list[bytes], processes: int) -> dict[str, Any]:
    out: multiprocessing.Queue[dict[str, float]] = multiprocessing.Queue()
    workers = [multiprocessing.Process(target=_look_up, args=(path, names, out)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    figures = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    return {
        "processes": processes,
        "per_second": sum(each["per_second"] for each in figures),
        "p99_us": max(each["p99_us"] for each in figures),
    }


def main() -> None:
    """Build, then look up at random with one process and with two."""
    varied = "--varied" in sys.argv
    given = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    count = (int(given[0]) if given else 1_000_000) // _MONTHS
    with tempfile.TemporaryDirectory(dir=os.environ.get("SHUDAO_HOME") or None) as folder:
        path = Path(folder) / "si"
        figures = _build(path, count, varied=varied)
        everybody = subjects(count)
        chosen = np.random.default_rng(9).integers(0, count, _LOOKUPS)
        names = [everybody[number].tobytes() for number in chosen.tolist()]
        one = multiprocessing.get_context("fork")
        out: multiprocessing.Queue[dict[str, float]] = one.Queue()
        alone = one.Process(target=_look_up, args=(path, names, out))
        alone.start()
        figures["one_process"] = out.get()
        alone.join()
        figures["together"] = _together(path, names, 2)
    report("lookup_index" + (" --varied" if varied else ""), figures)


if __name__ == "__main__":
    main()
