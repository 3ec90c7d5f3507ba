"""Thrift's compact protocol, in which Parquet's footer and page headers are written."""

from __future__ import annotations

from typing import Any

_DEEPEST = 12
Fields = dict[int, Any]


class Malformed(Exception):
    """The bytes are no struct."""


def number(fields: Fields, field: int, default: int = -1) -> int:
    """Return a field that is a whole number. Raises Malformed where it is another thing."""
    value = fields.get(field, default)
    if not isinstance(value, int):
        raise Malformed
    return value


def fields(value: Any, field: int) -> Fields:
    """Return a field that is a struct; without fields where there is none. Raises Malformed."""
    value = value.get(field, {})
    if not isinstance(value, dict):
        raise Malformed
    return value


def structs(value: Fields, field: int) -> list[Fields]:
    """Return a field that is a list of structs. Raises Malformed."""
    found = value.get(field, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Malformed
    return found


class Reader:
    """Reads a struct at the beginning of `data`; `at` is then where it ends. All of it raises Malformed."""

    def __init__(self, data: bytes) -> None:
        self._data, self.at = data, 0

    def struct(self, depth: int = 0) -> Fields:
        """Return field → number, bytes, truth, list or struct."""
        if depth > _DEEPEST:
            raise Malformed
        found, field = Fields(), 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._number()
            kind = head & 15
            # Among the fields of a struct a truth is its own type.
            found[field] = kind == 1 if kind in (1, 2) else self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (4, 5, 6):
            return self._number()
        if kind == 8:
            return self._bytes(self._varint())
        if kind in (9, 10):
            return self._list(depth)
        if kind == 12:
            return self.struct(depth + 1)
        width = {1: 1, 2: 1, 3: 1, 7: 8}.get(kind)
        if width is None:  # Parquet has no maps
            raise Malformed
        return self._bytes(width)

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count = head >> 4 if head >> 4 < 15 else self._varint()
        if count > len(self._data) - self.at:
            raise Malformed
        return [self._value(head & 15, depth + 1) for _ in range(count)]

    def _bytes(self, count: int) -> bytes:
        self.at += count
        if self.at > len(self._data):
            raise Malformed
        return self._data[self.at - count : self.at]

    def _byte(self) -> int:
        return self._bytes(1)[0]

    def _varint(self) -> int:
        value = 0
        for shift in range(0, 70, 7):
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise Malformed

    def _number(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
