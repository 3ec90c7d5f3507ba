"""Where things lie under SHUDAO_HOME: rooms read it from `django.conf.settings`, the gateway gets it as arguments."""

from __future__ import annotations

from shudao.config.settings.registry import home, value

HOME = home()
FILES_ROOT = HOME / "files"
KEYS_ROOT = HOME / "keys"
POOL_ROOT = HOME / "pool"
POOL_INBOX = value("SHUDAO_POOL_INBOX")
POOL_SOURCES = value("SHUDAO_POOL_SOURCES")
POOL_PULL_ROWS = int(value("SHUDAO_POOL_PULL_ROWS"))
POOL_KEEP_DAYS = int(value("SHUDAO_POOL_KEEP_DAYS"))
POOL_KEEP_SNAPSHOTS = int(value("SHUDAO_POOL_KEEP_SNAPSHOTS"))
LEDGER_ROOT = HOME / "ledger"
LEDGER_TSA = value("SHUDAO_LEDGER_TSA")
LEDGER_TSA_ROOTS = value("SHUDAO_LEDGER_TSA_ROOTS")
LEDGER_WITNESS = value("SHUDAO_LEDGER_WITNESS")
LEDGER_STAMP_MINUTES = int(value("SHUDAO_LEDGER_STAMP_MINUTES"))
SNAPSHOT_ROOT = HOME / "snapshots"
GATEWAY_ADDRESS = value("SHUDAO_GATEWAY_ADDRESS")
WEB_ADDRESS = value("SHUDAO_WEB_ADDRESS")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME / "mail"
MAIL_DOMAIN = value("SHUDAO_MAIL_DOMAIN")
