"""
Clean a portion of a delivery: text trimmed, identifiers in capitals, empty as null; typed columns in their own type.

What `rules.judging.staged` says in SQL is said here of whole columns, and only where there is something to clean: a
dictionary is cleaned instead of its rows.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from shudao.contexts.pool.contracts.datasets import Column, ColumnType, DatasetContract, Identifier
from shudao.contexts.pool.rules.judging import LINE

TYPES = {ColumnType.DATE: pa.date32(), ColumnType.INTEGER: pa.int64()}


def clean(table: pa.Table, contract: DatasetContract) -> pa.Table:
    """Return `_line` and the contract's columns, cleaned; one chunk each."""
    arrays = [table.column(LINE)]
    arrays += [_column(table.column(column.name), column) for column in contract.columns]
    return pa.table(arrays, [LINE, *(column.name for column in contract.columns)])


def typed(table: pa.Table, contract: DatasetContract) -> frozenset[str]:
    """Return the names of the columns that are in their own type, not text."""
    return frozenset(one.name for one in contract.columns if table.schema.field(one.name).type == TYPES.get(one.kind))


def _column(values: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    if values.type == TYPES.get(column.kind):
        return values
    return pa.chunked_array([_text(chunk, column) for chunk in values.chunks], values.type)


def _text(values: pa.Array, column: Column) -> pa.Array:
    if isinstance(values, pa.DictionaryArray):
        words = _cleaned(values.dictionary, column)
        if words.null_count:
            return _cleaned(values.dictionary_decode(), column).dictionary_encode()
        return pa.DictionaryArray.from_arrays(values.indices, words)
    return _cleaned(values, column)


def _cleaned(values: pa.Array, column: Column) -> pa.Array:
    if _any(values, lambda some: pc.or_(pc.starts_with(some, " "), pc.ends_with(some, " "))):
        values = pc.utf8_trim(values, " ")
    if column.identifier is not Identifier.NONE:
        values = pc.utf8_upper(values)
    if _any(values, lambda some: pc.equal(pc.binary_length(some), 0)):
        values = pc.if_else(pc.equal(pc.binary_length(values), 0), pa.scalar(None, values.type), values)
    return values


def _any(values: pa.Array, is_so: Callable[[pa.Array], pa.Array]) -> bool:
    return bool(pc.any(is_so(values)).as_py())
