"""Generated people, as many as wanted, and their look-up index, published straight: no pool, no delivery."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shudao.contexts.exchange.management.gateway_bench.meters import say
from shudao.kernel.keys import SECRET, KeyRing
from shudao.kernel.sealing import keyed_hash
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.hashing import Bytes, RowHasher
from shudao.plane.lookup.writer import LayerWriter, clean, publish

DATASET, SNAPSHOT = "population", 1
FIELDS = [
    Field("name", Kind.TEXT),
    Field("sex", Kind.TEXT),
    Field("birth_date", Kind.DATE),
    Field("hukou_division", Kind.TEXT),
    Field("marital_status", Kind.TEXT),
    Field("updated_on", Kind.DATE),
]
_COUNTIES, _DAYS, _FIRST_DAY = 100, 25_000, date(1945, 1, 1).toordinal()
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
_HASHED, _WRITTEN = 1 << 20, 1 << 20  # people at a time
_SURNAMES, _NAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚"


def identifiers(numbers: NDArray[np.int64]) -> Bytes:
    """Return the 18 characters of each person's identifier, as rows; the counties are not allocated."""
    day = numbers // _COUNTIES % _DAYS
    dates = (np.datetime64("1945-01-01") + day).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    parts = [
        (np.full_like(numbers, 5199), 4),
        (numbers % _COUNTIES, 2),
        (dates.astype("datetime64[Y]").astype(np.int64) + 1970, 4),
        (months.astype(np.int64) % 12 + 1, 2),
        ((dates - months).astype(np.int64) + 1, 2),
        (numbers // (_COUNTIES * _DAYS), 3),
    ]
    digits = np.concatenate([_digits(values, width) for values, width in parts], axis=1)
    checks = _CHECKS[digits @ _WEIGHTS % 11]
    return np.concatenate([(digits + ord("0")).astype(np.uint8), checks[:, None]], axis=1)


def _digits(values: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    return values[:, None] // 10 ** np.arange(width - 1, -1, -1) % 10


def build(folder: Path, ring: KeyRing, rows: int) -> None:
    """Write and publish the index of `rows` people below `folder`, unless exactly that lies there already."""
    note = folder / f"{DATASET}.json"
    wanted = {"rows": rows, "fields": [field.name for field in FIELDS]}
    if note.exists() and json.loads(note.read_text("utf-8")) == wanted:
        say(f"{rows:,} people lie there already")
        return
    say(f"an index of {rows:,} people")
    hashing, key = ring.ensure("subject-hash", algorithm=SECRET), ring.ensure("pool-index", algorithm=SECRET)
    path = folder / DATASET
    subjects = _subjects(hashing.secret, rows)
    chance = np.random.default_rng(1)
    with LayerWriter(path, key.secret, key.id, DATASET, fields=FIELDS, record_key=["name"]) as writer:
        for start in range(0, rows, _WRITTEN):
            some = subjects[start : start + _WRITTEN]
            writer.add(some, _columns(chance, len(some)))
        made = writer.finish()
    publish(path, key.secret, key.id, DATASET, snapshot=SNAPSHOT, as_of="2026-11-20T00:00:00+00:00", layers=[made.name])
    clean(path, [made.name])
    note.write_text(json.dumps(wanted), "utf-8")
    say(f"{made.bytes / rows:.1f} bytes each")


def _subjects(key: bytes, rows: int) -> Bytes:
    """Return everybody's hash, ascending."""
    found, hashed = np.empty((rows, 16), np.uint8), RowHasher(key)
    for start in range(0, rows, _HASHED):
        numbers = np.arange(start, min(start + _HASHED, rows), dtype=np.int64)
        found[start : start + len(numbers)] = hashed(identifiers(numbers))
    if found[0].tobytes() != keyed_hash(key, identifiers(np.zeros(1, np.int64)).tobytes().decode()):
        raise RuntimeError("hashing all at once differs from hashing one")
    # The first eight bytes nearly always decide; where they are alike the rest does.
    order = np.lexsort((found.view(">u8")[:, 1], found.view(">u8")[:, 0])) if rows < 1 << 22 else _by_parts(found)
    return found[order] if order is not None else found


def _by_parts(found: Bytes) -> None:
    """Sort in place, a 256th at a time: a sort of all at once would need the memory four times."""
    by_byte = np.argsort(found[:, 0], kind="stable")
    ends = np.cumsum(np.bincount(found[:, 0], minlength=256))
    found[:] = found[by_byte]
    del by_byte
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        part = found[start:end]
        words = part.view(">u8")
        part[:] = part[np.lexsort((words[:, 1], words[:, 0]))]


def _columns(chance: np.random.Generator, count: int) -> list[pa.Array]:
    """Return what is said of `count` people, in the order of FIELDS."""

    def words(texts: list[str]) -> pa.Array:
        of = chance.integers(0, len(texts), count).astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(of), pa.array(texts))

    def days(first: int, many: int) -> pa.Array:
        return pa.array((first + chance.integers(0, many, count)).astype(np.int32)).cast(pa.date32())

    names = [a + b + c for a in _SURNAMES for b in _NAMES for c in _NAMES]
    return [
        words(names),
        words(["1", "2"]),
        days(_FIRST_DAY - date(1970, 1, 1).toordinal(), _DAYS),
        words([f"5199{number:02}" for number in range(_COUNTIES)]),
        words(["10", "20", "30", "40"]),
        days(20_000, 700),
    ]
