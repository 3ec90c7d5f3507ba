"""
How rows are held between judging and writing: subjects hashed, values typed, few-valued text as numbers.

A table of held rows has `_line`, `subject` (16 bytes), `_id` (the plain identifier, sealed on its way to the vault) and
the contract's other columns; "code:<name>" stands for a text column whose values are numbers of `Codes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shudao.contexts.pool.adapters import subjects
from shudao.contexts.pool.adapters.cleaning import TYPES
from shudao.contexts.pool.contracts.datasets import Column, ColumnType, DatasetContract, Identifier
from shudao.contexts.pool.rules.judging import LINE

SUBJECT = "subject"
ID = "_id"
CODE = "code:"
_MOST_VALUES = 1 << 16
_CODED = (ColumnType.TEXT, ColumnType.CODE)


class Codes:
    """A column's values as numbers, for as long as they are few; once they are many it stays closed."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._places: dict[str, int] = {}
        self._open = True

    def encoded(self, column: pa.ChunkedArray) -> pa.Array | None:
        """Return the column as numbers, None where it has too many values."""
        parts = [self._part(chunk) for chunk in column.chunks] if self._open else [None]
        if not all(part is not None for part in parts):
            return None
        return pa.concat_arrays(parts) if parts else pa.array([], pa.int32())

    def _part(self, chunk: pa.Array) -> pa.Array | None:
        if not self._open:
            return None
        coded = chunk if isinstance(chunk, pa.DictionaryArray) else chunk.dictionary_encode()
        if len(self.values) + len(coded.dictionary) > _MOST_VALUES:
            self._open = False
            return None
        places = np.fromiter(map(self._place, coded.dictionary.to_pylist()), np.int32, len(coded.dictionary))
        return pa.array(places, pa.int32()).take(coded.indices)

    def _place(self, value: str) -> int:
        found = self._places.get(value)
        if found is None:
            found = self._places[value] = len(self.values)
            self.values.append(value)
        return found

    def words(self) -> pa.Array:
        """Return the values by number."""
        return pa.array(self.values, pa.string())


class Holder:
    """Makes held rows of cleaned ones, and turns numbers back into values."""

    def __init__(self, contract: DatasetContract, hasher: subjects.Hasher) -> None:
        self.contract, self.hasher = contract, hasher
        self.codes = {one.name: Codes() for one in contract.columns if may_be_coded(one)}

    def held(self, table: pa.Table) -> pa.Table:
        """Return good rows as they are held. Raises ArrowInvalid where a value is not of its column's type."""
        return self._made(table, self.contract.columns, keep_id=True)

    def keys(self, table: pa.Table) -> pa.Table:
        """Return line, subject and key of rows of which some values may be wrong; what is wrong is null."""
        key = [one for one in self.contract.columns if one.name in (*self.contract.key, self.contract.subject)]
        return self._made(_typed_or_null(table, key), key, keep_id=False)

    def _made(self, table: pa.Table, columns: Sequence[Column], *, keep_id: bool) -> pa.Table:
        made: dict[str, pa.Array] = {LINE: table.column(LINE)}
        for column in columns:
            values = table.column(column.name)
            if column.name == self.contract.subject:
                texts = _whole(values)
                made[SUBJECT] = subjects.column(self.hasher(texts), texts)
                if keep_id:
                    made[ID] = texts
            else:
                name, held = self._value(values, column)
                made[name] = held
        return pa.table(list(made.values()), list(made))

    def _value(self, values: pa.ChunkedArray, column: Column) -> tuple[str, pa.Array | pa.ChunkedArray]:
        if column.identifier is not Identifier.NONE:
            return column.name, self._hashed(values)
        if column.kind in TYPES:
            return column.name, values if values.type == TYPES[column.kind] else values.cast(TYPES[column.kind])
        if column.name in self.codes and (coded := self.codes[column.name].encoded(values)) is not None:
            return CODE + column.name, coded
        return column.name, _whole(values)

    def _hashed(self, values: pa.ChunkedArray) -> pa.ChunkedArray:
        return pa.chunked_array([self._hashed_part(part) for part in values.chunks], pa.binary(16))

    def _hashed_part(self, values: pa.Array) -> pa.Array:
        if isinstance(values, pa.DictionaryArray):
            words = values.dictionary
            return subjects.column(self.hasher(words), words).take(values.indices)
        return subjects.column(self.hasher(values), values)

    def joined(self, pieces: Sequence[pa.Table]) -> pa.Table:
        """Return pieces as one table; a column that is numbers in some and text in others becomes text."""
        names = list(dict.fromkeys(name for piece in pieces for name in piece.column_names))
        plain = {name for name in names if CODE + name in names}
        return pa.concat_tables([self._plain(piece, plain) for piece in pieces]).combine_chunks()

    def _plain(self, piece: pa.Table, names: set[str]) -> pa.Table:
        for name in names:
            place = piece.schema.get_field_index(CODE + name)
            if place >= 0:
                words = self.codes[name].words().take(piece.column(place).combine_chunks())
                piece = piece.set_column(place, name, words)
        return piece.select(sorted(piece.column_names)) if names else piece

    def values(self, table: pa.Table, name: str) -> pa.Array:
        """Return a column's values: text of numbers as a dictionary."""
        if CODE + name in table.column_names:
            codes = _one(table.column(CODE + name))
            return pa.DictionaryArray.from_arrays(codes, self.codes[name].words())
        return _one(table.column(name))


def raw(table: pa.Table, name: str = SUBJECT) -> NDArray[np.uint8]:
    """Return a column of 16 bytes as the rows of an array."""
    values = _one(table.column(name))
    data = np.frombuffer(values.buffers()[1], np.uint8)
    return data[values.offset * 16 : (values.offset + len(values)) * 16].reshape(-1, 16)


def _one(values: pa.ChunkedArray) -> pa.Array:
    return values.chunk(0) if values.num_chunks == 1 else values.combine_chunks()


def _whole(values: pa.ChunkedArray) -> pa.Array:
    return _one(values.cast(pa.string()) if pa.types.is_dictionary(values.type) else values)


def may_be_coded(column: Column) -> bool:
    """Whether a column is text that lies open and may be numbers of words."""
    return column.kind in _CODED and column.identifier is Identifier.NONE and not column.identifying


def _typed_or_null(table: pa.Table, columns: Sequence[Column]) -> pa.Table:
    for column in columns:
        kind = TYPES.get(column.kind)
        place = table.schema.get_field_index(column.name)
        if kind is not None and table.schema.field(place).type != kind:
            table = table.set_column(place, column.name, _read(table.column(place), column.kind))
    return table


def _read(texts: pa.ChunkedArray, kind: ColumnType) -> pa.Array:
    return pa.array(_each(texts.to_pylist(), kind), TYPES[kind])


def _each(texts: Sequence[str | None], kind: ColumnType) -> Iterator[date | int | None]:
    for text in texts:
        try:
            yield None if text is None else date.fromisoformat(text) if kind is ColumnType.DATE else int(text)
        except ValueError:
            yield None
