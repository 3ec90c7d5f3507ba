"""Read the trail."""

from __future__ import annotations

from shudao.foundation.audit.contracts import Entry
from shudao.foundation.audit.models import AuditEntry

_FIELDS = ("sequence", "instant", "account", "kind", "action", "target", "case", "before", "after", "reason")


def entries(*, target: str, case: str, account: str, limit: int) -> list[Entry]:
    asked = {name: value for name, value in (("target", target), ("case", case), ("account", account)) if value}
    rows = AuditEntry.objects.filter(**asked).order_by("-sequence").values(*_FIELDS)[:limit]
    return [Entry(**row) for row in rows]
