"""The columns of an index."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a column holds; the value is the letter that stands for it in a layer's head."""

    TEXT = "t"
    INTEGER = "i"
    DATE = "d"
    HASH = "h"  # 16 bytes, shown as hex


@dataclass(frozen=True, slots=True)
class Field:
    """A column's name and kind."""

    name: str
    kind: Kind
