"""Search by SQLite's FTS5."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from shudao.contexts.matters.adapters import words
from shudao.contexts.matters.adapters.search import Alternatives, Entry, Hit

_TITLE_WEIGHT, _BODY_WEIGHT = 8.0, 1.0


class SqliteIndex:
    """Words are cut by us and stand apart by spaces; FTS5 only counts and ranks them."""

    def create(self, editor: Any) -> None:
        """Make the virtual table."""
        editor.execute(
            "CREATE VIRTUAL TABLE matters_search USING fts5(catalog_code UNINDEXED, title UNINDEXED, "
            "title_en UNINDEXED, title_words, body_words, tokenize = 'unicode61 remove_diacritics 0')"
        )

    def drop(self, editor: Any) -> None:
        """Remove the virtual table."""
        editor.execute("DROP TABLE matters_search")

    def write(self, entries: Iterable[Entry]) -> None:
        """Replace everything."""
        rows = [
            (
                entry.catalog_code,
                entry.title,
                entry.title_en,
                " ".join(words.words(entry.head)),
                " ".join(words.words(entry.body)),
            )
            for entry in entries
        ]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM matters_search")
            cursor.executemany("INSERT INTO matters_search VALUES (%s, %s, %s, %s, %s)", rows)

    def find(self, alternatives: Alternatives, *, beginnings: bool, limit: int) -> list[Hit]:
        """Match and rank by bm25, titles before bodies."""
        star = "*" if beginnings else ""
        ways = ["(" + " AND ".join(f'"{word}"' for word in way) + star + ")" for way in alternatives]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT catalog_code, title, title_en FROM matters_search WHERE matters_search MATCH %s "
                "ORDER BY bm25(matters_search, 0, 0, 0, %s, %s) LIMIT %s",
                [" OR ".join(ways), _TITLE_WEIGHT, _BODY_WEIGHT, limit],
            )
            return [Hit(*row) for row in cursor.fetchall()]
