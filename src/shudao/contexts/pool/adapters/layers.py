"""Rows on their way into the look-up index: a layer for each delivery, read together by who looks somebody up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shudao.contexts.pool.adapters import keys
from shudao.contexts.pool.adapters.held import ID, Holder, raw
from shudao.contexts.pool.contracts.datasets import Column, ColumnType, DatasetContract, Identifier
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.writer import LayerWriter

_KINDS = {ColumnType.DATE: Kind.DATE, ColumnType.INTEGER: Kind.INTEGER}


def shown(contract: DatasetContract) -> tuple[Column, ...]:
    """Return the columns that a look-up answers with, in order: all but the subject, unless it is kept."""
    return tuple(one for one in contract.columns if one.name != contract.subject or one.kept)


def record_key(contract: DatasetContract) -> list[str]:
    """Return the columns that tell a subject's rows apart."""
    return [name for name in contract.key if name != contract.subject]


def writer(path: Path, contract: DatasetContract) -> LayerWriter:
    """Return what writes a layer of the index at `path`."""
    key = keys.sealing_key(keys.INDEX)
    fields = [Field(one.name, _kind(one)) for one in shown(contract)]
    return LayerWriter(path, key.secret, key.id, contract.code, fields=fields, record_key=record_key(contract))


def add(layer: LayerWriter, table: pa.Table, holder: Holder) -> None:
    """Add sorted rows to a layer."""
    layer.add(raw(table), [_values(table, one, holder) for one in shown(holder.contract)])


def remove(layer: LayerWriter, table: pa.Table, holder: Holder, contract: DatasetContract) -> None:
    """Add tombstones to a layer of `contract`: rows of which the holder knows subject and key only."""
    key = record_key(contract)
    columns: Sequence[pa.Array] = [
        _values(table, one, holder) if one.name in key else pa.nulls(table.num_rows, _type(one))
        for one in shown(contract)
    ]
    gone: NDArray[np.bool_] = np.ones(table.num_rows, np.bool_)
    layer.add(raw(table), columns, gone)


def _values(table: pa.Table, column: Column, holder: Holder) -> pa.Array:
    if column.kept:
        return table.column(ID).combine_chunks().cast(pa.string())
    return holder.values(table, column.name)


def _kind(column: Column) -> Kind:
    hashed = column.identifier is not Identifier.NONE and not column.kept
    return Kind.HASH if hashed else _KINDS.get(column.kind, Kind.TEXT)


def _type(column: Column) -> pa.DataType:
    return {Kind.HASH: pa.binary(16), Kind.DATE: pa.date32(), Kind.INTEGER: pa.int64()}.get(_kind(column), pa.string())
