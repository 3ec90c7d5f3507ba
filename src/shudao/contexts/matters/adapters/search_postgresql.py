"""Search by PostgreSQL's tsvector."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from shudao.contexts.matters.adapters import words
from shudao.contexts.matters.adapters.search import Alternatives, Entry, Hit

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

    def find(self, alternatives: Alternatives, *, beginnings: bool, limit: int) -> list[Hit]:
        """Match and rank by ts_rank, titles (weight A) before bodies (weight D)."""
        star = ":*" if beginnings else ""
        query = " | ".join("(" + " & ".join(f"'{word}'" for word in way) + star + ")" for way in alternatives)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT catalog_code, title, title_en FROM matters_search WHERE words @@ %s::tsquery "
                "ORDER BY ts_rank(words, %s::tsquery) DESC, catalog_code LIMIT %s",
                [query, query, limit],
            )
            return [Hit(*row) for row in cursor.fetchall()]


def _vector(entry: Entry) -> str:
    title = words.words(entry.head)
    marked = [(word, "A") for word in title] + [(word, "D") for word in words.words(entry.body)]
    return " ".join(f"'{word}':{min(n, _LAST_POSITION)}{weight}" for n, (word, weight) in enumerate(marked, start=1))
