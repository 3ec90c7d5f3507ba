"""Start is refused on settings that could lose acknowledged work or give data away (DESIGN 2, GOALS safety 1)."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

from shudao.config.settings.registry import value


class UnfitSettings(CommandError):
    """The installation must not start as it is set; the message says what to change."""


def ensure_fit() -> None:
    """Raise UnfitSettings for the first setting that is not safe to serve with."""
    problems = [*_database_problems(), *(_production_problems() if value("SHUDAO_MODE") == "production" else [])]
    if problems:
        raise UnfitSettings("Start refused:\n" + "\n".join(f"  · {problem}" for problem in problems))


def _database_problems() -> list[str]:
    return _sqlite_problems() if connection.vendor == "sqlite" else _postgresql_problems()


def _sqlite_problems() -> list[str]:
    problems = []
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        problems.append("SQLite transaction_mode must be IMMEDIATE: a read-then-write transaction may fail under load")
    if connection.settings_dict.get("ATOMIC_REQUESTS"):
        problems.append("ATOMIC_REQUESTS must be off: it would hold the write lock through a whole request")
    with connection.cursor() as cursor:
        if cursor.execute("PRAGMA synchronous").fetchone()[0] < 2:
            problems.append("SQLite synchronous must be FULL: NORMAL loses acknowledged commits at a power failure")
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            problems.append("SQLite journal_mode must be WAL")
    return problems


def _postgresql_problems() -> list[str]:
    problems = []
    with connection.cursor() as cursor:
        for name, why in (
            ("synchronous_commit", "a crash loses commits that people were told of"),
            ("fsync", "a power failure can destroy the database"),
            ("full_page_writes", "a torn page cannot be repaired"),
        ):
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                problems.append(f"PostgreSQL {name} must not be off: {why}")
    return problems


def _production_problems() -> list[str]:
    problems = []
    if not value("SHUDAO_SECRET_KEY"):
        problems.append("SHUDAO_SECRET_KEY must be given in production")
    if not settings.SESSION_COOKIE_SECURE:
        problems.append("session cookies must be secure in production")
    if settings.DEBUG:
        problems.append("DEBUG must be off")
    if value("SHUDAO_VOLUME_ENCRYPTED") != "yes":
        problems.append("SHUDAO_HOME must lie on an encrypted volume; say so by SHUDAO_VOLUME_ENCRYPTED=yes")
    # Refused outright rather than served unsafely: the second factor comes with the OpenID provider (docs/adr/0003).
    problems.append("staff need a second factor in production, which this version does not have yet")
    return problems
