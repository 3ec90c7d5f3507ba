"""Find matters: the search index ranks, the lists read."""

from __future__ import annotations

from shudao.contexts.matters.adapters import search
from shudao.contexts.matters.contracts import MatterRow
from shudao.contexts.matters.queries import lists
from shudao.kernel.paging import Page


def find(chosen: lists.Filter, page: int, size: int) -> Page[MatterRow]:
    """Find what people of a division can use."""
    return lists.find(chosen, _ranked(chosen.text), page, size)


def of_department(department: str, text: str, page: int, size: int) -> Page[MatterRow]:
    """Find among what a body itself offers."""
    return lists.of_department(department, _ranked(text), page, size)


def _ranked(text: str) -> list[str] | None:
    return search.find(text) if text.strip() else None
