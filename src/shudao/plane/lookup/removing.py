"""A block without one of its units: everything else stays as it was."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import compress

from shudao.plane.lookup import shapes
from shudao.plane.lookup.decoding import Head
from shudao.plane.lookup.plans import Item, Plan

_SUBJECT = shapes.SUBJECT


class _Cutter:
    """Goes through a block part by part, keeping all but the unit's share."""

    def __init__(self, plain: bytes, at: int) -> None:
        self.plain, self.at = plain, at
        self.kept: list[bytes] = []

    def skip(self, size: int, first: int, count: int, total: int) -> None:
        """Keep a part of `total` elements of `size` bytes but for `count` of them from `first`."""
        begin, end = self.at + size * first, self.at + size * (first + count)
        self.kept += (self.plain[self.at : begin], self.plain[end : self.at + size * total])
        self.at += size * total


def without(plan: Plan, forms: Sequence[shapes.Form], plain: bytes, head: Head, unit: int) -> bytes:
    """
    Return the block's plain bytes without `unit`; the texts it had become zeros.

    Args:
        plan: Of all fields.
        forms: The block's shape.
    """
    previous, shape, units, rows, patches, pieces, flags = head
    if units == 1:
        return empty(previous, flags)
    cutter = _Cutter(plain, plan.fixed)
    cutter.kept.append(plain[shapes.HEAD.size : plan.fixed])
    cutter.skip(_SUBJECT, unit, 1, units)
    count, first = rows // units, rows // units * unit
    if flags & shapes.UNEVEN:
        counts = plain[cutter.at : cutter.at + units]
        count, first = counts[unit], sum(counts[:unit])
        cutter.skip(1, unit, 1, units)
    record = plan.unit.unpack_from(plain, cutter.at + unit * plan.unit_size)
    cutter.skip(plan.unit_size, unit, 1, units)
    rows_at = cutter.at
    for form in forms:
        for size in form.parts if form.place == shapes.ROW else ():
            cutter.skip(size, first, count, rows)
    left = patches
    if patches:
        left = _patches(cutter, head, unit, first, count)
    texts = bytearray(plain[cutter.at :])
    for start, length in _texts(plan, record, plain, rows_at, rows, first, count):
        texts[start : start + length] = bytes(length)
    new = shapes.HEAD.pack(previous, shape, units - 1, rows - count, left, pieces, flags)
    return b"".join((new, *cutter.kept, texts))


def empty(previous: bytes, flags: int) -> bytes:
    """Return a block that holds nothing but its place in the order."""
    return shapes.HEAD.pack(previous, 0, 0, 0, 0, 0, flags & shapes.SENTINEL)


def _patches(cutter: _Cutter, head: Head, unit: int, first: int, count: int) -> int:
    """Keep the other units' patches, moved up by the rows that leave; return how many."""
    _, _, units, _, patches, _, flags = head
    plain, at, size = cutter.plain, cutter.at, units + 7 >> 3
    marks = int.from_bytes(plain[at : at + size], "little")
    marks = marks & ((1 << unit) - 1) | marks >> unit + 1 << unit
    letter = "Q" if flags & shapes.WIDE else "I"
    places = struct.unpack_from(f"<{patches}H", plain, at + size)
    columns = plain[at + size + 2 * patches : at + size + 3 * patches]
    values = struct.unpack_from(f"<{patches}{letter}", plain, at + size + 3 * patches)
    stays = [not first <= place < first + count for place in places]
    moved = [place - count if place >= first else place for place in compress(places, stays)]
    left = len(moved)
    if left:
        cutter.kept += (
            marks.to_bytes(units + 6 >> 3, "little"),
            struct.pack(f"<{left}H", *moved),
            bytes(compress(columns, stays)),
            struct.pack(f"<{left}{letter}", *compress(values, stays)),
        )
    cutter.at = at + size + patches * (shapes.WIDE_PATCH if flags & shapes.WIDE else shapes.PATCH)
    return left


def _texts(
    plan: Plan, record: Sequence[object], plain: bytes, rows_at: int, rows: int, first: int, count: int
) -> Iterator[tuple[int, int]]:
    """Yield where the unit's texts stand among the block's, and their lengths."""
    for item in plan.columns.values():
        if item.length and item in plan.row_items:
            yield from _row_texts(item, plain, rows_at + rows * item.at, rows, first, count)
        elif item.length:
            start, length = record[item.at : item.at + 2]
            if isinstance(start, int) and isinstance(length, int) and length != item.null:
                yield start, length


def _row_texts(item: Item, plain: bytes, at: int, rows: int, first: int, count: int) -> Iterator[tuple[int, int]]:
    starts = struct.unpack_from(f"<{count}{shapes.NUMBERS[item.width]}", plain, at + first * item.width)
    lengths = struct.unpack_from(
        f"<{count}{shapes.NUMBERS[item.length]}", plain, at + rows * item.width + first * item.length
    )
    for start, length in zip(starts, lengths, strict=True):
        if length != item.null:
            yield start, length
