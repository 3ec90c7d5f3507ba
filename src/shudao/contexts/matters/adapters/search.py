"""The search index over basic items: each database tells where a word stands, `rules.ranking` what comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from shudao.contexts.matters.adapters import words
from shudao.contexts.matters.rules import ranking, values
from shudao.contexts.matters.rules.ranking import Places

_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """One basic item as the index holds it."""

    catalog_code: str
    title: str
    title_en: str
    result: str
    body: str

    @property
    def head(self) -> list[str]:
        """The words that count most: of the title, of what one gets and of what people call it; and how they sound."""
        named = " ".join((self.title, *values.also_called(self.title)))
        whole = words.words(f"{named} {self.title_en} {self.result}")
        spoken = (sound for one in named.split() for sound in words.sounds(one))
        return [*whole, *dict.fromkeys((*words.pieces(named), *spoken))]


class Index(Protocol):
    """What each database offers. Words are letters and digits only; one that ends with "*" is a beginning."""

    def create(self, editor: Any) -> None:
        """Make the table."""

    def drop(self, editor: Any) -> None:
        """Remove the table."""

    def write(self, entries: Iterable[Entry]) -> None:
        """Replace everything."""

    def places(self, asked: Sequence[str]) -> Mapping[str, Places]:
        """Return where each word stands."""

    def titles(self) -> Mapping[str, tuple[str, str]]:
        """Return every item's Chinese and English title by catalogue code."""


def index() -> Index:
    """Return the present database's index."""
    if connection.vendor == "postgresql":
        from shudao.contexts.matters.adapters.search_postgresql import PostgresIndex

        return PostgresIndex()
    from shudao.contexts.matters.adapters.search_sqlite import SqliteIndex

    return SqliteIndex()


def find(text: str, limit: int = 200) -> list[str]:
    """
    Return catalogue codes, best first: the exact title, then by how much of the text each item holds.

    What people say otherwise than the library (list "synonym") is looked for in both ways; what they type in Latin
    letters as English, as pinyin and as its first letters; what they mistype by the characters that are left.
    """
    ours = values.in_library_words(text)
    ways = [parts[:_MOST_WORDS] for parts in (words.asked(ours), words.asked(text)) if parts]
    if not ways:
        return []
    tokens = dict.fromkeys(token for parts in ways for part in parts for token, _ in part.tokens)
    titles = index().titles()
    shares = ranking.shares(ways, index().places(list(tokens)), len(titles))
    plain = {code: [words.plain(title) for title in both] for code, both in titles.items() if code in shares}
    return ranking.order({words.plain(ours), words.plain(text)}, plain, shares)[:limit]
