"""What the office's lists have in common: a page of something already read, and where its filter words come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.http import HttpRequest

from shudao.kernel.paging import Page, bounds

T = TypeVar("T")
SIZE = 20


def word(request: HttpRequest, name: str) -> str:
    """One filter word of the address, trimmed and bounded."""
    return request.GET.get(name, "").strip()[:80]


def number(request: HttpRequest) -> int:
    """The page asked for; the first for anything that is no number."""
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def page_of(items: Sequence[T], request: HttpRequest, size: int = SIZE) -> Page[T]:
    """The page that the address asks for of a list that is short enough to be read whole."""
    at = number(request)
    start, stop = bounds(at, size)
    return Page(tuple(items[start:stop]), at, size, len(items))
