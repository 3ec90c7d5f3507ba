"""Keep an implementation's version before it changes: the cases that were opened under it need it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from shudao.contexts.matters.adapters import bulk
from shudao.contexts.matters.models import FormerImplementation, Implementation

_KEPT = (
    "task_code", "version", "item_version_id", "division", "use_level", "department", "department_name",
    "department_name_en", "body_kind", "overrides", "state",
)  # fmt: skip


def keep(task_codes: Iterable[str], now: datetime) -> None:
    """Keep these implementations as they are."""
    bulk.copy_rows(Implementation, FormerImplementation, _KEPT, _superseded(now), "task_code", task_codes)


def keep_all(catalog_code: str, state: str, now: datetime) -> None:
    """Keep all implementations of an item that are in a state, in one statement."""
    where = {"catalog_code": catalog_code, "state": state}
    bulk.copy_where(Implementation, FormerImplementation, _KEPT, _superseded(now), where)


def _superseded(now: datetime) -> tuple[str, object]:
    return "superseded_at", connection.ops.adapt_datetimefield_value(now)
