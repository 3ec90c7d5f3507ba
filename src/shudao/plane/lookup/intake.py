"""What a writer is given, as columns of numbers, hashes and texts: checked, numbered, its steps found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
from numpy.typing import NDArray

from shudao.plane.lookup import shapes
from shudao.plane.lookup.columns import Column, HashColumn, NumberColumn, best_step, stepped
from shudao.plane.lookup.cuts import Flags, Units
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.texts import TextColumn
from shudao.plane.lookup.words import Words

_FIRST_DAY, _LAST_DAY = 1 - shapes.EPOCH, 3_652_059 - shapes.EPOCH  # 0001-01-01 and 9999-12-31
_SAMPLE = 8_192


class Intake:
    """Turns arrow columns into a batch's columns; remembers the layer's dictionaries and steps."""

    def __init__(self, fields: Sequence[Field]) -> None:
        if not 0 < len(fields) <= 250 or len({field.name for field in fields}) < len(fields):
            raise ValueError("a layer has 1 to 250 fields of different names")
        self.fields = list(fields)
        self.words = [Words() for _ in fields]
        self._steps: list[int | None] = [None] * len(fields)

    def columns(self, arrays: Sequence[pa.Array], gone: Flags | None, units: Units, subjects: int) -> list[Column]:
        """Return the batch's columns, the tombstones last. Raises ValueError for a type that is not its field's."""
        columns = [self._column(number, array, units, subjects) for number, array in enumerate(arrays)]
        marks = np.zeros(units.rows, dtype=np.int64) if gone is None else gone.astype(np.int64)
        return [*columns, NumberColumn("i", units, marks, None)]

    def _column(self, number: int, array: pa.Array, units: Units, subjects: int) -> Column:
        kind = self.fields[number].kind
        if kind is Kind.TEXT:
            return self._text(number, array, units, subjects)
        nulls: Flags | None = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
        if kind is Kind.HASH:
            return HashColumn(units, self._hashes(number, array), nulls)
        return self._numbers(number, kind.value, units, self._integers(number, array), nulls)

    def _text(self, number: int, array: pa.Array, units: Units, subjects: int) -> Column:
        plain = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
        if not (pa.types.is_string(plain) or pa.types.is_large_string(plain)):
            raise self._wrong(number, array)
        codes = self.words[number].codes(array, subjects)
        if codes is None:
            return TextColumn(units, array.cast(plain) if pa.types.is_dictionary(array.type) else array)
        return self._numbers(number, shapes.CODE, units, codes, None)

    def _hashes(self, number: int, array: pa.Array) -> NDArray[np.uint8]:
        if array.type != pa.binary(shapes.SUBJECT):
            raise self._wrong(number, array)
        content = np.frombuffer(array.buffers()[1], dtype=np.uint8)
        start = array.offset * shapes.SUBJECT
        return content[start : start + len(array) * shapes.SUBJECT].reshape(-1, shapes.SUBJECT)

    def _integers(self, number: int, array: pa.Array) -> NDArray[np.int64]:
        is_date = self.fields[number].kind is Kind.DATE
        if not (pa.types.is_date32(array.type) if is_date else pa.types.is_integer(array.type)):
            raise self._wrong(number, array)
        plain = array.cast(pa.int32()) if is_date else array.cast(pa.int64())
        values: NDArray[np.int64] = np.asarray(plain.fill_null(0)).astype(np.int64, copy=False)
        if is_date and len(values) and not _FIRST_DAY <= int(values.min()) <= int(values.max()) <= _LAST_DAY:
            raise ValueError(f"{self.fields[number].name} holds a date outside the years 1 to 9999")
        return values

    def _numbers(
        self, number: int, kind: str, units: Units, values: NDArray[np.int64], nulls: Flags | None
    ) -> NumberColumn:
        step = self._steps[number]
        if step is None and not units.single:
            step = self._steps[number] = _sampled_step(kind, units, values, nulls)
        return NumberColumn(kind, units, values, nulls, stepped(step or 0, values, nulls))

    def _wrong(self, number: int, array: pa.Array) -> ValueError:
        field = self.fields[number]
        return ValueError(f"{field.name} is declared as {field.kind.name.lower()}, but {array.type} was given")


def _sampled_step(kind: str, units: Units, values: NDArray[np.int64], nulls: Flags | None) -> int:
    count = max(1, int(np.searchsorted(units.starts, _SAMPLE)))
    rows = int(units.starts[count]) if count < len(units.starts) else units.rows
    sample = Units(units.starts[:count], rows)
    if sample.single:
        return best_step(kind, units, values, nulls)
    return best_step(kind, sample, values[:rows], None if nulls is None else nulls[:rows])
