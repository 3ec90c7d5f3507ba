"""Search by PostgreSQL's tsvector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from shudao.contexts.matters.adapters import words
from shudao.contexts.matters.adapters.search import Entry
from shudao.contexts.matters.rules.ranking import Places

_LAST_POSITION = 16_383


class PostgresIndex:
    """The vector is built word by word, so no text search configuration or parser takes part."""

    def create(self, editor: Any) -> None:
        """Make the table and its index."""
        editor.execute(
            "CREATE TABLE matters_search (catalog_code varchar(12) PRIMARY KEY, title text NOT NULL, "
            "title_en text NOT NULL, words tsvector NOT NULL)"
        )
        editor.execute("CREATE INDEX matters_search_words ON matters_search USING gin (words)")

    def drop(self, editor: Any) -> None:
        """Remove the table with its index."""
        editor.execute("DROP TABLE matters_search")

    def write(self, entries: Iterable[Entry]) -> None:
        """Replace everything."""
        rows = [(entry.catalog_code, entry.title, entry.title_en, _vector(entry)) for entry in entries]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM matters_search")
            cursor.executemany("INSERT INTO matters_search VALUES (%s, %s, %s, %s::tsvector)", rows)

    def places(self, asked: Sequence[str]) -> Mapping[str, Places]:
        """Look every word up among those of weight A (titles) and of weight D (bodies)."""
        found: dict[tuple[str, str], set[str]] = {}
        looks = [
            (word, weight, f"'{word.rstrip('*')}':{weight}{'*' * word.endswith('*')}")
            for word in asked
            for weight in "AD"
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT look.word, look.weight, catalog_code FROM unnest(%s::text[], %s::text[], %s::text[]) "
                "AS look(word, weight, query) JOIN matters_search ON words @@ look.query::tsquery",
                [list(column) for column in zip(*looks, strict=True)],
            )
            for word, weight, code in cursor.fetchall():
                found.setdefault((word, weight), set()).add(code)
        return {word: Places(*(frozenset(found.get((word, weight), ())) for weight in "AD")) for word in asked}

    def titles(self) -> Mapping[str, tuple[str, str]]:
        """Read them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT catalog_code, title, title_en FROM matters_search")
            return {code: (title, title_en) for code, title, title_en in cursor.fetchall()}


def _vector(entry: Entry) -> str:
    marked = [(word, "A") for word in entry.head] + [(word, "D") for word in words.words(entry.body)]
    return " ".join(f"'{word}':{min(n, _LAST_POSITION)}{weight}" for n, (word, weight) in enumerate(marked, start=1))
