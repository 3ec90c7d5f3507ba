"""One page of a longer list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from shudao.kernel.errors import Invalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`items` in the list's order; `number` counts from 1; `size` is the most a page holds; `total` counts all."""

    items: tuple[T, ...]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The position of this page's first item, from 1; 0 on an empty list."""
        return (self.number - 1) * self.size + 1 if self.items else 0


def bounds(number: int, size: int) -> tuple[int, int]:
    """Return the slice (start, stop) of page `number`. Raises Invalid below page 1 or outside 1–200 items a page."""
    if number < 1 or not 1 <= size <= 200:
        raise Invalid(fields={"page": "页码或每页条数超出范围。"})
    return (number - 1) * size, number * size
