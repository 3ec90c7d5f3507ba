"""Which database, and the settings without which acknowledged work could be lost (DESIGN 2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from shudao.config.settings.registry import home, value


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite() -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home() / "shudao.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
        "CONN_MAX_AGE": 600,
        # Tests run on a file as production does: an in-memory database locks otherwise.
        "TEST": {"NAME": home() / "test.sqlite3"},
    }


DATABASES = {"default": _postgresql(value("DATABASE_URL")) if value("DATABASE_URL") else _sqlite()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
