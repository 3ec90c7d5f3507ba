"""The search index over basic items: one interface, one implementation a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from shudao.contexts.matters.adapters import words
from shudao.contexts.matters.rules import values

Alternatives = Sequence[tuple[str, ...]]


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

    def find(self, alternatives: Alternatives, *, beginnings: bool, limit: int) -> list[Hit]:
        """
        Return items with every word of any alternative, best first.

        With `beginnings` the last word of each alternative may be the beginning of a longer one.
        """


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

    What people say otherwise than the library (list "synonym") is looked for in both ways. Only where no item has every
    word there is a second look for any of them.
    """
    ours = values.in_library_words(text)
    ways = [asked for asked in dict.fromkeys((tuple(words.asked(ours)), tuple(words.asked(text)))) if asked]
    if not ways:
        return []
    hits = index().find(ways, beginnings=True, limit=limit)
    if not hits:
        parts = [(word,) for word in dict.fromkeys(words.words(f"{ours} {text}"))]
        hits = index().find(parts, beginnings=False, limit=limit)
    typed = {words.plain(ours), words.plain(text)}
    ranked = sorted(enumerate(hits), key=lambda pair: (_nearness(typed, pair[1]), pair[0]))
    return [hit.catalog_code for _, hit in ranked]


def _nearness(typed: set[str], hit: Hit) -> int:
    titles = (words.plain(hit.title), words.plain(hit.title_en))
    if typed & {*titles}:
        return 0
    if any(title.startswith(one) for title in titles for one in typed):
        return 1
    return 2 if any(one in title for title in titles for one in typed) else 3
