"""Search by SQLite's FTS5."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from shudao.contexts.matters.adapters import words
from shudao.contexts.matters.adapters.search import Entry
from shudao.contexts.matters.rules.ranking import Places

_COLUMNS = ("title_words", "body_words")
_AT_ONCE = 200


class SqliteIndex:
    """Words are cut by us and stand apart by spaces; FTS5 only says where they stand."""

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
                " ".join(entry.head),
                " ".join(words.words(entry.body)),
            )
            for entry in entries
        ]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM matters_search")
            cursor.executemany("INSERT INTO matters_search VALUES (%s, %s, %s, %s, %s)", rows)

    def places(self, asked: Sequence[str]) -> Mapping[str, Places]:
        """Look every word up in the titles and in the bodies."""
        found: dict[tuple[str, str], set[str]] = {}
        one = "SELECT %s, %s, catalog_code FROM matters_search WHERE matters_search MATCH %s"
        looks = [(word, column, f"{column} : {_quoted(word)}") for word in asked for column in _COLUMNS]
        with connection.cursor() as cursor:
            for start in range(0, len(looks), _AT_ONCE):
                some = looks[start : start + _AT_ONCE]
                cursor.execute(" UNION ALL ".join([one] * len(some)), [value for look in some for value in look])
                for word, column, code in cursor.fetchall():
                    found.setdefault((word, column), set()).add(code)
        return {word: Places(*(frozenset(found.get((word, column), ())) for column in _COLUMNS)) for word in asked}

    def titles(self) -> Mapping[str, tuple[str, str]]:
        """Read them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT catalog_code, title, title_en FROM matters_search")
            return {code: (title, title_en) for code, title, title_en in cursor.fetchall()}


def _quoted(word: str) -> str:
    return f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"'
