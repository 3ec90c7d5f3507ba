"""Look for entries of the catalogue by words."""

from __future__ import annotations

from datetime import date

from shudao.contexts.exchange.adapters import words
from shudao.contexts.exchange.contracts.registry import Listed, Looked
from shudao.contexts.exchange.queries import entries
from shudao.kernel.paging import Page


def search(looked: Looked, *, page: int, size: int, today: date) -> Page[Listed]:
    return entries.found(looked, words.asked(looked.text), page=page, size=size, today=today)
