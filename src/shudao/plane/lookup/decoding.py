"""
From a block's bytes to a subject's rows: made for speed, for every look-up goes through here.

A subject costs two or three calls of struct, one step for each column that is the same in all its rows, and a copied
dictionary a row.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import repeat
from operator import add
from typing import Any

from shudao.plane.lookup import shapes
from shudao.plane.lookup.plans import CODE, DAY, HASH, MAYBE_HASH, MAYBE_NUMBER, NUMBER, TEXT, Item, Plan

Row = dict[str, Any]
Head = tuple[bytes, int, int, int, int, int, int]
Place = tuple[bytes, Sequence[int], int, int, int, int, int]  # block, bases, rows at, rows, first, count, texts at
Varying = list[tuple[str, Iterable[Any]]]  # columns that differ from row to row

_SIZE, _SUBJECT = shapes.HEAD.size, shapes.SUBJECT
_UNEVEN, _WIDE = shapes.UNEVEN, shapes.WIDE
_ZERO = (0,)
_TWOFOLD = frozenset((TEXT, HASH, MAYBE_HASH, MAYBE_NUMBER))
_LAST_DAY = date.max.toordinal()
_copy = dict.copy


class _Days(dict[int, str | None]):
    """ISO dates by the days since 1970; each is made once. None beyond the calendar: where a patch will stand."""

    def __missing__(self, days: int) -> str | None:
        ordinal = days + shapes.EPOCH
        if not 0 < ordinal <= _LAST_DAY:
            return None
        text = self[days] = date.fromordinal(ordinal).isoformat()
        return text


_DAYS = _Days()
_day = _DAYS.__getitem__


def unit_of(plan: Plan, plain: bytes, units: int, subject: bytes) -> int:
    """Return which unit of the block is the subject's, or -1."""
    start = plan.fixed
    end = start + units * _SUBJECT
    at = plain.find(subject, start, end)
    while at >= 0 and (at - start) % _SUBJECT:  # a chance likeness across two subjects
        at = plain.find(subject, at + 1, end)
    return (at - start) // _SUBJECT if at >= 0 else -1


def rows_of(plan: Plan, plain: bytes, head: Head, unit: int) -> list[Row]:
    """Return the unit's rows, each with the plan's fields in order (and GONE, where the block has tombstones)."""
    _, _, units, rows, patches, _, flags = head
    at = plan.fixed + units * _SUBJECT
    if flags & _UNEVEN:
        count, first = plain[at + unit], sum(plain[at : at + unit])
        at += units
    else:
        count = rows // units
        first = count * unit
    bases = plan.bases.unpack_from(plain, _SIZE) + _ZERO
    record = plan.unit.unpack_from(plain, at + unit * plan.unit_size) + _ZERO
    rows_at = at + units * plan.unit_size
    patches_at = texts_at = rows_at + rows * plan.row_size
    if patches:
        texts_at += (units + 7 >> 3) + patches * (shapes.WIDE_PATCH if flags & _WIDE else shapes.PATCH)
    place = (plain, bases, rows_at, rows, first, count, texts_at)
    template = _template(plan, record, place)
    varying = [(item[0], _counting_up(item, record[item[2]], bases, count)) for item in plan.stepped]
    varying += [(item[0], _column(item, place)) for item in plan.row_items]
    found = _filled(template, varying, count)
    if patches and plain[patches_at + (unit >> 3)] >> (unit & 7) & 1:
        _patch(plan, place, patches_at + (units + 7 >> 3), patches, flags & _WIDE, found)
    return found


def _template(plan: Plan, record: Sequence[Any], place: Place) -> Row:
    """Return what is the same in all rows of the unit."""
    template = plan.blank.copy()
    for name, at, words in plan.codes:
        template[name] = words[record[at]]
    for name, at in plan.numbers:
        template[name] = record[at]
    for name, at in plan.hashes:
        template[name] = record[at].hex()
    bases = place[1]
    for item in plan.unit_items:
        value = record[item.at]
        if item.what == CODE:
            template[item.name] = item.words[value + bases[item.base]]
        elif item.what in _TWOFOLD:
            template[item.name] = _twofold(item, value, record[item.at + 1], place)
        elif value != item.null:
            value += bases[item.base]
            template[item.name] = value if item.what == NUMBER else _DAYS[value]
    return template


def _counting_up(item: Item, value: int, bases: Sequence[int], count: int) -> Iterable[Any]:
    """Return the values of a column that counts up from row to row."""
    _, _, _, base, null, step, words, kind, _, _ = item
    if value == null:
        return repeat(None, count)
    start = value + bases[base]
    if kind == CODE:
        texts = words[start : start + count]  # the step of dictionary texts is 1
        return texts if len(texts) == count else [*texts, *repeat(None, count - len(texts))]  # patches will stand there
    numbers = range(start, start + step * count, step)
    return numbers if kind == NUMBER else map(_meaning(item), numbers)


def _filled(template: Row, varying: Varying, count: int) -> list[Row]:
    if count == 1:
        for name, values in varying:
            (template[name],) = values
        return [template]
    found = list(map(_copy, [template] * count))
    if len(varying) == 3:  # one pass for three columns takes two thirds of three passes
        (one, ones), (two, twos), (three, threes) = varying
        for row, a, b, c in zip(found, ones, twos, threes):  # noqa: B905 (strict costs, and the lengths are ours)
            row[one] = a
            row[two] = b
            row[three] = c
        return found
    for name, values in varying:
        for row, value in zip(found, values):  # noqa: B905
            row[name] = value
    return found


def _column(item: Item, place: Place) -> Iterable[Any]:
    """Return the values of a column that differs from row to row."""
    plain, bases, rows_at, rows, first, count, _ = place
    _, what, at, base_at, null, step, _, kind, width, _ = item
    if what in _TWOFOLD:
        return _twofold_column(item, rows_at + rows * at, place)
    values: Iterable[int] = _numbers(plain, rows_at + rows * at + first * width, count, width)
    base = bases[base_at]
    if null >= 0 and null in values:
        return _with_nulls(item, values, base)
    if step:
        values = map(add, values, range(base, base + step * count, step))
    elif base:
        values = [value + base for value in values]
    return values if kind == NUMBER else map(_meaning(item), values)


def _with_nulls(item: Item, values: Iterable[int], base: int) -> Iterable[Any]:
    meaning, null, step = _meaning(item), item.null, item.step
    return [None if value == null else meaning(value + base + step * number) for number, value in enumerate(values)]


def _numbers(plain: bytes, start: int, count: int, width: int) -> Sequence[int]:
    if width == 1:
        return plain[start : start + count]
    return struct.unpack_from(f"<{count}{shapes.NUMBERS[width]}", plain, start)


def _twofold_column(item: Item, start: int, place: Place) -> Iterable[Any]:
    """Return the values of a column of hashes, or of one whose values stand in two parts."""
    plain, _, _, rows, first, count, _ = place
    if item.what == HASH:
        begin = start + first * _SUBJECT
        return [plain[at : at + _SUBJECT].hex() for at in range(begin, begin + count * _SUBJECT, _SUBJECT)]
    seconds: Sequence[Any]
    if item.what == TEXT:
        firsts = _numbers(plain, start + first * item.width, count, item.width)
        seconds = _numbers(plain, start + rows * item.width + first * item.length, count, item.length)
    else:
        firsts = plain[start + first : start + first + count]
        begin, size = start + rows, item.width - 1
        if item.what == MAYBE_HASH:
            seconds = [plain[begin + size * at : begin + size * (at + 1)] for at in range(first, first + count)]
        else:
            seconds = _numbers(plain, begin + first * size, count, size)
    return [_twofold(item, one, two, place) for one, two in zip(firsts, seconds, strict=True)]


def _twofold(item: Item, one: Any, two: Any, place: Place) -> Any:
    """Return a value that stands in two parts: place and length of a text, or presence and value."""
    plain, bases, *_, texts_at = place
    if item.what == TEXT:
        start = texts_at + one
        return None if two == item.null else plain[start : start + two].decode()
    if not one:
        return None
    return two.hex() if item.what == MAYBE_HASH else _meaning(item)(two + bases[item.base])


def _meaning(item: Item) -> Callable[[int], Any]:
    """Return the function from a column's number to what it means."""
    if item.kind == DAY:
        return _day
    return item.words.__getitem__ if item.kind == CODE else int


def _patch(plan: Plan, place: Place, start: int, patches: int, wide: int, found: list[Row]) -> None:
    """Put right the rows that differ from the others of their unit."""
    plain, bases, _, _, first, count, _ = place
    columns_at = start + 2 * patches
    view = memoryview(plain)
    rows = view[start:columns_at].cast("H")
    values_at = columns_at + patches
    values = (
        view[values_at : values_at + patches * 8].cast("Q")
        if wide
        else view[values_at : values_at + patches * 4].cast("I")
    )
    begin = bisect_left(rows, first)
    for number in range(begin, bisect_left(rows, first + count, begin)):
        item = plan.columns.get(plain[columns_at + number])
        if item is None:
            continue
        row, null, value = rows[number] - first, item.null, values[number]
        if null >= 0 and value & null == null:
            found[row][item.name] = None
        else:
            found[row][item.name] = _meaning(item)(value + bases[item.base] + item.step * row)
