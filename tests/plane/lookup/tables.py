"""Random tables for the look-up index, and the plain dictionary they are judged by."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import lmdb
import numpy as np
import pyarrow as pa

from shudao.plane.lookup import pages
from shudao.plane.lookup.contracts import LayerInfo
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.writer import LayerWriter, publish

KEY, KEYS = bytes(range(32)), {"k1": bytes(range(32))}
INDEX = "population"
Row = dict[str, Any]
Rows = dict[bytes, list[Row]]  # of each subject

_ARROW = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.DATE: pa.date32(),
    Kind.HASH: pa.binary(16),
}
_LETTERS = "ab 试验人𠮷é\0"
_STYLES = ("random", "constant", "by subject", "mostly by subject", "few", "counting", "extreme", "none")


def subject(number: int) -> bytes:
    """Return a subject that sorts by its number and looks like a hash in its first bytes."""
    return (number * 0x0100_0000_01B3_0000_0001).to_bytes(16)


def random_subjects(chance: random.Random, count: int) -> list[bytes]:
    """Return different subjects, ascending; some differ in their last byte only."""
    drawn = {chance.randbytes(16) for _ in range(count)}
    drawn |= {one[:15] + bytes([one[15] ^ 1]) for one in list(drawn)[: count // 5]}
    return sorted(drawn)[:count]


def random_rows(chance: random.Random, fields: Sequence[Field], counts: Iterable[tuple[bytes, int]]) -> Rows:
    """Return rows for subjects; each column is drawn in a style of its own."""
    makers = [_maker(chance, field.kind) for field in fields]
    return {
        who: [
            {field.name: make(who, number) for field, make in zip(fields, makers, strict=True)} for number in range(n)
        ]
        for who, n in counts
    }


def _maker(chance: random.Random, kind: Kind) -> Callable[[bytes, int], Any]:
    style, nulls = chance.choice(_STYLES), chance.choice((0.0, 0.0, 0.02, 0.5))
    few = [_value(chance, kind) for _ in range(3)]

    def make(who: bytes, number: int) -> Any:
        if style == "none" or chance.random() < nulls:
            return None
        its_own = few[who[7] % 3]
        return {
            "random": lambda: _value(chance, kind),
            "constant": lambda: few[0],
            "by subject": lambda: its_own,
            "mostly by subject": lambda: few[0] if chance.random() < 0.03 else its_own,
            "few": lambda: chance.choice(few),
            "counting": lambda: _counted(kind, who[3], number),
            "extreme": lambda: _extreme(chance, kind),
        }[style]()

    return make


def _value(chance: random.Random, kind: Kind) -> Any:
    if kind is Kind.TEXT:
        return "".join(chance.choices(_LETTERS, k=chance.choice((0, 1, 5, 30))))
    if kind is Kind.INTEGER:
        return chance.randrange(-(10 ** chance.randrange(1, 12)), 10 ** chance.randrange(1, 12))
    if kind is Kind.DATE:
        return datetime.date(2026, 1, 1) + datetime.timedelta(chance.randrange(-20_000, 400))
    return chance.randbytes(16)


def _counted(kind: Kind, start: int, number: int) -> Any:
    if kind is Kind.TEXT:
        return f"{202601 + number % 12}"
    if kind is Kind.INTEGER:
        return start + 3 * number
    if kind is Kind.DATE:
        return datetime.date(2001, 1, start % 28 + 1) + datetime.timedelta(30 * number)
    return bytes([start] * 15 + [number % 256])


def _extreme(chance: random.Random, kind: Kind) -> Any:
    if kind is Kind.TEXT:
        return (
            chance.choice(("", "𠮷" * 3_000, "x" * 70_000)) if chance.random() < 0.01 else chance.choice(("", "é" * 99))
        )
    if kind is Kind.INTEGER:
        return chance.choice((-(1 << 63), (1 << 63) - 1, 0, 255, 256, -1))
    if kind is Kind.DATE:
        return chance.choice((datetime.date(1, 1, 1), datetime.date(9999, 12, 31)))
    return chance.choice((bytes(16), b"\xff" * 16))


def shown(value: Any) -> Any:
    """Return a value as a look-up shows it."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime.date) else value


def answer(rows: Sequence[Row]) -> list[Row]:
    """Return rows as a look-up shows them."""
    return [{name: shown(value) for name, value in row.items()} for row in rows]


def write(
    path: Path,
    fields: Sequence[Field],
    rows: Rows,
    *,
    record_key: Sequence[str] = (),
    gone: Callable[[Row], bool] | None = None,
    calls: int = 1,
    dictionaries: bool = False,
) -> LayerInfo:
    """Write one layer of `rows` in several calls."""
    with LayerWriter(path, KEY, "k1", INDEX, fields=fields, record_key=record_key) as writer:
        everybody = sorted(rows)
        size = -(-len(everybody) // calls) or 1
        for start in range(0, len(everybody), size):
            some = everybody[start : start + size]
            flat = [(who, row) for who in some for row in rows[who]]
            names = np.frombuffer(b"".join(who for who, _ in flat), dtype=np.uint8).reshape(-1, 16)
            columns = [pa.array([row[field.name] for _, row in flat], _ARROW[field.kind]) for field in fields]
            if dictionaries:
                columns = [c.dictionary_encode() if c.type == pa.string() else c for c in columns]
            writer.add(names, columns, None if gone is None else np.array([gone(row) for _, row in flat], dtype=bool))
        return writer.finish()


def show(path: Path, *layers: str, snapshot: int = 1) -> None:
    """Publish layers, oldest first."""
    publish(path, KEY, "k1", INDEX, snapshot=snapshot, as_of="2026-11-01", layers=layers)


def damage(folder: Path) -> None:
    """Change one byte in every copy of a layer's first block, and the checksums with it."""
    with lmdb.open(str(folder), max_dbs=2, readonly=True) as environment:
        blocks = environment.open_db(b"blocks", create=False)
        with environment.begin(db=blocks) as txn:
            value = next(bytes(value) for _, value in txn.cursor())
    content = (folder / "data.mdb").read_bytes()
    changed = value[:-1] + bytes([value[-1] ^ 1])
    (folder / "data.mdb").write_bytes(content.replace(value, changed))
    pages.write(folder)
