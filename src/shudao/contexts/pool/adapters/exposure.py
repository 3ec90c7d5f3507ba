"""Find the rows of a portion that would lay a resident ID open: whole columns are asked, few values are looked at."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shudao.contexts.pool.contracts.datasets import DatasetContract
from shudao.contexts.pool.rules import exposed

_SHORTEST = 18


def rows(table: pa.Table, contract: DatasetContract) -> NDArray[np.int64]:
    """Return the places of rows in which a column that lies open holds a resident ID, ascending."""
    found = np.zeros(table.num_rows, np.bool_)
    for column in exposed.open_columns(contract):
        if column.name in table.column_names:
            start = 0
            for chunk in table.column(column.name).chunks:
                found[start + _places(chunk)] = True
                start += len(chunk)
    return np.flatnonzero(found)


def _places(chunk: pa.Array) -> NDArray[np.int64]:
    if isinstance(chunk, pa.DictionaryArray):
        words = _places(chunk.dictionary)
        if not len(words):
            return words
        return np.flatnonzero(pc.is_in(chunk.indices, value_set=pa.array(words, chunk.indices.type)).to_numpy(False))
    if pa.types.is_integer(chunk.type):
        return _numbers(chunk)
    if not (pa.types.is_string(chunk.type) or pa.types.is_large_string(chunk.type)):
        return np.zeros(0, np.int64)
    if (pc.max(pc.binary_length(chunk)).as_py() or 0) < _SHORTEST:
        return np.zeros(0, np.int64)
    return _named(chunk, pc.match_substring_regex(chunk, exposed.PATTERN))


def _numbers(chunk: pa.Array) -> NDArray[np.int64]:
    if len(chunk) == chunk.null_count or pc.max(chunk).as_py() < exposed.SMALLEST:
        return np.zeros(0, np.int64)
    return _named(chunk.cast(pa.string()), pc.greater_equal(chunk, exposed.SMALLEST))


def _named(texts: pa.Array, likely: pa.Array) -> NDArray[np.int64]:
    places = np.flatnonzero(likely.fill_null(False).to_numpy(zero_copy_only=False))
    some = texts.take(pa.array(places)).to_pylist()
    return places[[exposed.names_somebody(text) for text in some]] if some else places
