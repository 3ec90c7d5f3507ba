"""
Put held rows in order: by subject, then by the contract's key; find the rows whose key stands before them already.

Subject and key are packed into one number of 64 bits where that tells rows apart, so that one sort does it. Whether it
did is checked; where it did not, everything is compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from shudao.contexts.pool.adapters.held import CODE, SUBJECT, Holder, raw

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
_WIDEST = 40


@dataclass(frozen=True, slots=True)
class Ordered:
    """`order` sorts the rows; `again[i]` says that row `order[i]` has the key of row `order[i - 1]`."""

    order: NDArray[np.int64]
    again: NDArray[np.bool_]


def ordered(table: pa.Table, holder: Holder, key: Sequence[str]) -> Ordered:
    """Return the order of rows by subject and `key` (columns without the subject); what is missing comes first."""
    high, low = _words(raw(table))
    ranks = [_ranks(table, name, holder) for name in key]
    order = _packed(high, low, ranks)
    if order is None:
        order = np.lexsort([*reversed(ranks), low, high])
    same = np.zeros(len(order), np.bool_)
    if len(order):
        columns = [high, low, *ranks]
        same[1:] = np.logical_and.reduce([column[order][1:] == column[order][:-1] for column in columns])
        same &= _complete(table, key)[order]
    return Ordered(order, same)


def later(found: Ordered, lines: Ints) -> NDArray[np.int64]:
    """Return the places of the rows whose key stands in a row that came earlier."""
    if not found.again.any():
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(~found.again)
    groups = np.cumsum(~found.again) - 1
    came = lines[found.order]
    first = np.minimum.reduceat(came, starts)
    return found.order[came != first[groups]]


def subjects_of(table: pa.Table) -> tuple[Words, Words]:
    """Return the subjects as two numbers each, which sort as the bytes do."""
    return _words(raw(table))


def _words(subjects: NDArray[np.uint8]) -> tuple[Words, Words]:
    words = np.ascontiguousarray(subjects).view(">u8").astype(np.uint64)
    return np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])


def _packed(high: Words, low: Words, ranks: Sequence[Ints]) -> NDArray[np.int64] | None:
    if not len(high):
        return np.zeros(0, np.int64)
    widths = [int(rank.max()).bit_length() for rank in ranks]
    if sum(widths) > _WIDEST:
        return None
    common = 64 - int(high.min() ^ high.max()).bit_length()
    number = np.zeros(len(high), np.uint64)
    for rank, width in zip(ranks, widths, strict=True):
        number = (number << np.uint64(width)) | rank.astype(np.uint64)
    top = (high << np.uint64(common)) if common < 64 else np.zeros_like(high)
    number |= (top >> np.uint64(sum(widths))) << np.uint64(sum(widths))
    order = np.argsort(number)
    first, second = high[order], low[order]
    falls = (first[1:] < first[:-1]) | ((first[1:] == first[:-1]) & (second[1:] < second[:-1]))
    return None if falls.any() else order


def _ranks(table: pa.Table, name: str, holder: Holder) -> Ints:
    """Return numbers that sort as the column's values do, from 0; where some are missing, these are 0."""
    place = CODE + name if CODE + name in table.column_names else name
    column = table.column(place)
    ranks = _sorted_as(column, holder.codes[name].values if place != name else None)
    if not column.null_count:
        return ranks
    return np.where(_there(table, place), ranks + 1, 0)


def _sorted_as(column: pa.ChunkedArray, words: list[str] | None) -> Ints:
    if words is not None:
        return _places(np.array(sorted(range(len(words)), key=words.__getitem__), np.int64))[_numbers(column)]
    if pa.types.is_integer(column.type):
        return _dense(_numbers(column))
    if pa.types.is_date(column.type):
        return _dense(_numbers(column.cast(pa.int32())))
    values = column.combine_chunks().dictionary_encode()
    return _places(pc.sort_indices(values.dictionary).to_numpy())[_numbers(values.indices)]


def _places(order: Ints) -> Ints:
    """Turn "which comes at place i" into "at which place comes i"; of no values, the missing one's place is 0."""
    places = np.zeros(max(len(order), 1), np.int64)
    places[order.astype(np.int64)] = np.arange(len(order))
    return places


def _numbers(column: pa.Array | pa.ChunkedArray) -> Ints:
    found = pc.fill_null(column, 0) if column.null_count else column
    return np.asarray(found.to_numpy(), np.int64)


def _dense(values: Ints) -> Ints:
    """Start at 0; where the values lie far apart, count those that there are."""
    if not len(values):
        return values
    lowest, highest = int(values.min()), int(values.max())
    if highest - lowest < 1 << _WIDEST:
        return values - lowest
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _there(table: pa.Table, name: str) -> NDArray[np.bool_]:
    column = table.column(name)
    if not column.null_count:
        return np.ones(table.num_rows, np.bool_)
    return np.asarray(column.is_valid().to_numpy(), np.bool_)


def _complete(table: pa.Table, key: Sequence[str]) -> NDArray[np.bool_]:
    """Which rows have a subject and every part of the key: only these can have the key of another."""
    names = [SUBJECT, *(CODE + name if CODE + name in table.column_names else name for name in key)]
    return np.logical_and.reduce([_there(table, name) for name in names])
