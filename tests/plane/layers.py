"""Layers of a look-up index made of plain rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lmdb
import numpy as np
import pyarrow as pa

from shudao.kernel.keys import Key
from shudao.plane.lookup import pages
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.writer import LayerWriter

_TYPES = {Kind.TEXT: pa.string(), Kind.INTEGER: pa.int64(), Kind.DATE: pa.date32(), Kind.HASH: pa.binary(16)}


def write(
    folder: Path, key: Key, dataset: str, rows: Mapping[bytes, Sequence[Mapping[str, Any]]], fields: Sequence[Field]
) -> str:
    """Write rows by subject (ascending) as a layer; return its name."""
    subjects = b"".join(subject for subject, found in rows.items() for _ in found)
    flat = [row for found in rows.values() for row in found]
    columns = [pa.array([row.get(field.name) for row in flat], _TYPES[field.kind]) for field in fields]
    with LayerWriter(folder, key.secret, key.id, dataset, fields=fields, record_key=[fields[0].name]) as writer:
        writer.add(np.frombuffer(subjects, np.uint8).reshape(-1, 16), columns)
        return writer.finish().name


def block_of(folder: Path, subject: bytes) -> bytes:
    """Return the key of the block of a layer that holds the subject."""
    with lmdb.open(str(folder), max_dbs=2, readonly=True) as environment:
        store = environment.open_db(b"blocks", create=False)
        with environment.begin(db=store) as transaction, transaction.cursor() as cursor:
            assert cursor.set_range(subject + b"\0\0")
            return bytes(cursor.key())


def spoil(folder: Path, block: bytes) -> None:
    """Change the last byte of a block behind everybody's back."""
    with lmdb.open(str(folder), max_dbs=2) as environment:
        store = environment.open_db(b"blocks", create=False)
        with environment.begin(write=True, db=store) as transaction:
            value = bytes(transaction.get(block))
            transaction.put(block, value[:-1] + bytes([value[-1] ^ 1]))
    pages.write(folder)
