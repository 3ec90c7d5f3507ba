"""Open a duty, once for a key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.duties.events import DutyOpened
from shudao.foundation.duties.models import DutyRow
from shudao.foundation.outbox import api as outbox
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date


def open_duty(
    *,
    kind: str,
    owner: str,
    division: str,
    subject: str,
    title: Text,
    due_on: date,
    evidence: Mapping[str, Any],
    acting: Actor,
    now: datetime,
    key: str,
) -> str:
    request = (kind, owner, division, subject, title, due_on, evidence)

    def do() -> str:
        today = local_date(now)
        row = DutyRow.objects.create(
            kind=kind,
            owner=owner,
            division=division,
            subject=subject,
            title=title.zh,
            title_en=title.en,
            opened_on=today,
            due_on=due_on,
            evidence=dict(evidence),
        )
        number = f"ZR{today.year}{row.pk:08d}"
        row.number = number
        row.save(update_fields=["number"])
        after = {"kind": kind, "owner": owner, "due_on": due_on, "subject": subject}
        audit.record(acting=acting, action="duties.open", target=number, now=now, after=after)
        outbox.emit(DutyOpened(number=number), now=now)
        return number

    return outbox.once(scope=f"duties.open:{kind}", key=key, request=request, result_type=str, do=do)
