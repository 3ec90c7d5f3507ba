"""The search index over basic items: one interface, one implementation a database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from shudao.contexts.matters.adapters import words
from shudao.contexts.matters.rules import values


@dataclass(frozen=True, slots=True)
class Entry:
    """One basic item as the index holds it."""

    catalog_code: str
    title: str
    title_en: str
    result: str
    body: str

    @property
    def head(self) -> str:
        """What counts most: the title and what one gets."""
        return f"{self.title} {self.title_en} {self.result}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found."""

    catalog_code: str
    title: str
    title_en: str


class Index(Protocol):
    """What each database offers. Words are letters and digits only."""

    def create(self, editor: Any) -> None:
        """Make the table."""

    def drop(self, editor: Any) -> None:
        """Remove the table."""

    def write(self, entries: Iterable[Entry]) -> None:
        """Replace everything."""

    def find(self, asked: list[str], *, every: bool, limit: int) -> list[Hit]:
        """Return items with every (or any) word, the last one as the beginning of a word; best first."""


def index() -> Index:
    """Return the present database's index."""
    if connection.vendor == "postgresql":
        from shudao.contexts.matters.adapters.search_postgresql import PostgresIndex

        return PostgresIndex()
    from shudao.contexts.matters.adapters.search_sqlite import SqliteIndex

    return SqliteIndex()


def find(text: str, limit: int = 200) -> list[str]:
    """
    Return catalogue codes, best first: the exact title, titles that begin with the text, titles that hold it, the rest.

    Only where no item has every word there is a second look: for the library's own words where people say it otherwise
    (list "synonym"), else for any of the words and their parts.
    """
    asked = words.asked(text)
    if not asked:
        return []
    hits = index().find(asked, every=True, limit=limit)
    if not hits:
        said_otherwise = values.in_library_words(text)
        again = words.asked(said_otherwise) if said_otherwise != text else words.words(text) or asked
        hits = index().find(again, every=said_otherwise != text, limit=limit)
    typed = words.plain(text)
    ranked = sorted(enumerate(hits), key=lambda pair: (_nearness(typed, pair[1]), pair[0]))
    return [hit.catalog_code for _, hit in ranked]


def _nearness(typed: str, hit: Hit) -> int:
    titles = (words.plain(hit.title), words.plain(hit.title_en))
    if typed in titles:
        return 0
    if any(title.startswith(typed) for title in titles):
        return 1
    return 2 if any(typed in title for title in titles) else 3
