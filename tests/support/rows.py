"""What lies in an installation's database, read past the product: SQLite file or PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import psycopg

from tests.support.installation import Installation

# Counted anew at every request or second, whatever people do.
_RESTLESS = ("django_session", "outbox_", "identity_signinthrottle", "sqlite_")


def query(installation: Installation, sql: str) -> list[tuple[Any, ...]]:
    """The rows of one SELECT without parameters."""
    url = installation.environment.get("DATABASE_URL", "")
    if url:
        with psycopg.connect(url) as connection:
            return connection.execute(sql.encode()).fetchall()
    with closing(sqlite3.connect(installation.home / "shudao.sqlite3", timeout=30)) as database:
        return database.execute(sql).fetchall()


def tables(installation: Installation) -> list[str]:
    """The product's tables that change only when something is done."""
    if installation.environment.get("DATABASE_URL", ""):
        names = query(installation, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    else:
        names = query(installation, "SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(name for (name,) in names if not name.startswith(_RESTLESS))


def counts(installation: Installation) -> dict[str, int]:
    """How many rows each of them has, and how many files are stored (`files/`)."""
    found = {name: query(installation, f"SELECT count(*) FROM {name}")[0][0] for name in tables(installation)}  # noqa: S608  names of tables
    found["files/"] = sum(path.is_file() for path in (installation.home / "files").rglob("*"))
    return found
