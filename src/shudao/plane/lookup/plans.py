"""A shape as the reader uses it: read once for each shape and choice of fields, then applied to every block of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from struct import Struct
from typing import Any, NamedTuple

from shudao.plane.lookup import shapes

Words = list[str | None]
GONE = ""  # the name of the column of tombstones: no field is called so

# What to do with a column's number. The first two are for numbers without base and None, which are most.
BARE_CODE, BARE_NUMBER, HASH, CODE, DAY, NUMBER, STEPPED, TEXT, MAYBE_HASH, MAYBE_NUMBER = range(10)
_NUMBERS = {"i": NUMBER, shapes.CODE: CODE, "d": DAY}
_BARE = {NUMBER: BARE_NUMBER, CODE: BARE_CODE}
_NO_WORDS: Words = []


class Item(NamedTuple):
    """One column in a plan."""

    name: str
    what: int
    at: int  # of its number in the unit's record; of rows: how many bytes a row stand before the column
    base: int  # its place among the bases; -1 where there is none (a zero follows the bases)
    null: int  # the number that stands for None; -1 where none does
    step: int
    words: Words
    kind: int  # NUMBER, CODE or DAY: what the number means
    width: int
    length: int


class Plan:
    """
    How to read blocks of one shape.

    Args:
        names: The layer's fields, without the column of tombstones.
        forms: The shape; the column of tombstones is its last.
        words: The layer's dictionaries, a field each.
        wanted: Names of the fields to read; None for all.
    """

    __slots__ = (
        "bases",
        "blank",
        "codes",
        "columns",
        "fixed",
        "has_gone",
        "hashes",
        "numbers",
        "row_items",
        "row_size",
        "stepped",
        "unit",
        "unit_items",
        "unit_size",
    )

    def __init__(
        self, names: Sequence[str], forms: Sequence[shapes.Form], words: Sequence[Words], wanted: Collection[str] | None
    ) -> None:
        self.bases = Struct("<" + "".join(shapes.BASES[form.base] for form in forms))
        self.fixed = shapes.HEAD.size + self.bases.size
        self.unit = Struct("<" + "".join(form.packed() for form in forms if form.place == shapes.UNIT))
        self.unit_size = self.unit.size
        self.row_size = sum(form.size for form in forms if form.place == shapes.ROW)
        last = forms[-1]
        self.has_gone = last.place != shapes.NOWHERE or last.base > 0
        self.blank: dict[str, Any] = {name: None for name in names if wanted is None or name in wanted}
        if self.has_gone:
            self.blank[GONE] = 0
        items = _items([*names, GONE], forms, [*words, _NO_WORDS])
        self.columns = {number: item for number, item in items.items() if item.name in self.blank}
        self.row_items = [item for number, item in self.columns.items() if forms[number].place == shapes.ROW]
        by_unit = [item for number, item in self.columns.items() if forms[number].place != shapes.ROW]
        # The plainest columns, which are most, stand apart: their loops ask no question.
        self.codes = [(item.name, item.at, item.words) for item in by_unit if item.what == BARE_CODE]
        self.numbers = [(item.name, item.at) for item in by_unit if item.what == BARE_NUMBER]
        self.hashes = [(item.name, item.at) for item in by_unit if item.what == HASH]
        self.stepped = [item for item in by_unit if item.what == STEPPED]
        self.unit_items = [item for item in by_unit if item.what not in (BARE_CODE, BARE_NUMBER, HASH, STEPPED)]


def _items(names: Sequence[str], forms: Sequence[shapes.Form], words: Sequence[Words]) -> dict[int, Item]:
    items: dict[int, Item] = {}
    in_record = in_row = bases = 0
    for number, (name, form) in enumerate(zip(names, forms, strict=True)):
        at = -1  # the zero that follows the record
        if form.place == shapes.UNIT:
            at, in_record = in_record, in_record + len(form.packed().replace("16s", "h"))
        elif form.place == shapes.ROW:
            at, in_row = in_row, in_row + form.size
        base, bases = (bases, bases + 1) if form.base else (-1, bases)
        if form.place == shapes.ABSENT:
            continue
        kind, null = _NUMBERS.get(form.kind, -1), _null(form)
        what = _what(form, kind, bare=base < 0 and null < 0)
        items[number] = Item(name, what, at, base, null, form.step, words[number], kind, form.width, form.length)
    return items


def _null(form: shapes.Form) -> int:
    """Return the number that stands for None; -1 where none does."""
    width = form.length if form.kind == "t" else form.width
    return (1 << 8 * width) - 1 if form.nulls and 0 < width <= 8 else -1


def _what(form: shapes.Form, kind: int, *, bare: bool) -> int:
    """Return what to do with a value of this form."""
    if form.kind == "t":
        return TEXT
    if form.kind == "h":
        return HASH if form.width == shapes.SUBJECT else MAYBE_HASH
    if form.width == shapes.FLAGGED:
        return MAYBE_NUMBER
    if form.step:
        return STEPPED
    return _BARE.get(kind, kind) if bare else kind
