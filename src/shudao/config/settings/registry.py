"""
Every setting an operator can give, in one table. The environment is read here and nowhere else.

`docs/settings.md` is checked against this table by tests/architecture/test_docs.py.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its environment variable, default, unit ("" for none) and what it does."""

    name: str
    default: str
    unit: str
    help: str


SETTINGS = (
    Setting("SHUDAO_HOME", "var", "path", "Where the database file, files, pool, ledger and keys live"),
    Setting("SHUDAO_MODE", "demo", "", "`production` refuses every convenience of the demo"),
    Setting("DATABASE_URL", "", "", "`postgresql://user:password@host/name`; empty means SQLite in SHUDAO_HOME"),
    Setting("SHUDAO_SECRET_KEY", "", "", "Signs sessions; made once and kept in SHUDAO_HOME/keys when empty"),
    Setting("SHUDAO_HOSTS", "127.0.0.1,localhost", "", "Host names that the web process answers to"),
    Setting("SHUDAO_WEB_ADDRESS", "127.0.0.1:8000", "", "Where the web process listens"),
    Setting("SHUDAO_GATEWAY_ADDRESS", "127.0.0.1:8100", "", "Where the gateway listens"),
    Setting(
        "SHUDAO_UPSTREAM_NETWORKS",
        "",
        "",
        "Networks of departments' services, comma-separated, besides public addresses",
    ),
    Setting("SHUDAO_MAIL_DOMAIN", "", "", "Mail to a mailbox without an address goes to it at this domain; for demos"),
    Setting("SHUDAO_VOLUME_ENCRYPTED", "", "", "`yes` once SHUDAO_HOME lies on an encrypted volume; production asks"),
    Setting("SHUDAO_POOL_INBOX", "", "path", "Folder where departments leave deliveries; empty means none"),
    Setting("SHUDAO_POOL_SOURCES", "", "path", "YAML file of `dataset code: PostgreSQL connection`, for our eyes only"),
    Setting("SHUDAO_POOL_PULL_ROWS", "500000", "rows", "How many rows of a table one pull reads"),
    Setting(
        "SHUDAO_POOL_KEEP_DAYS", "30", "days", "How long snapshots of the pool stay, where a contract says nothing"
    ),
    Setting("SHUDAO_POOL_KEEP_SNAPSHOTS", "3", "", "How many snapshots of a dataset stay at least, likewise"),
    Setting("SHUDAO_LEDGER_TSA", "", "", "RFC 3161 time-stamp authority: `https://…` or `command:…`; empty means none"),
    Setting("SHUDAO_LEDGER_TSA_ROOTS", "", "path", "PEM file of the certificates that time stamps must lead to"),
    Setting("SHUDAO_LEDGER_STAMP_MINUTES", "10", "minutes", "How often the ledger's newest checkpoint is stamped"),
    Setting(
        "SHUDAO_LEDGER_WITNESS",
        "",
        "path",
        "Folder of a witness that is started beside the gateway, best on another disk; empty means none",
    ),
    Setting("SHUDAO_REFERENCE_DATA", "", "path", "Folder of reference lists that are not ours to publish; tests only"),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def value(name: str) -> str:
    """Return what the environment says of `name`, else its default. Raises KeyError for a name not in the table."""
    return os.environ.get(name, "") or _BY_NAME[name].default


def home() -> Path:
    """Return the absolute folder that holds everything the installation keeps."""
    return Path(value("SHUDAO_HOME")).resolve()
