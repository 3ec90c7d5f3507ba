"""Close a duty with evidence; give it another owner or day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.duties import events
from shudao.foundation.duties.contracts import DutyClosed, EvidenceMissing, NoSuchDuty
from shudao.foundation.duties.models import DutyRow
from shudao.foundation.duties.rules.steps import Told
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import local_date


def close(number: str, *, evidence: Mapping[str, Any], acting: Actor, now: datetime) -> None:
    if not any(evidence.values()):
        raise EvidenceMissing(fields={"evidence": EvidenceMissing.says})
    with transaction.atomic():
        row = _open(number)
        row.closed_on, row.closing = local_date(now), dict(evidence)
        row.save(update_fields=["closed_on", "closing"])
        after = {"state": "closed", "evidence": dict(evidence)}
        audit.record(
            acting=acting, action="duties.close", target=number, now=now, before={"state": "open"}, after=after
        )
        outbox.emit(events.DutyClosed(number=number, kind=row.kind, subject=row.subject), now=now)


def reassign(number: str, *, owner: str, due_on: date, reason: str, acting: Actor, now: datetime) -> None:
    with transaction.atomic():
        row = _open(number)
        before = {"owner": row.owner, "due_on": row.due_on}
        row.owner, row.due_on, row.told = owner, due_on, Told.NOTHING
        row.save(update_fields=["owner", "due_on", "told"])
        after = {"owner": owner, "due_on": due_on}
        audit.record(
            acting=acting, action="duties.reassign", target=number, now=now, before=before, after=after, reason=reason
        )


def _open(number: str) -> DutyRow:
    row = DutyRow.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NoSuchDuty()
    if row.closed_on is not None:
        raise DutyClosed()
    return row
