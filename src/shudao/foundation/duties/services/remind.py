"""Tell what is due soon or overdue: each step of a duty once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties.events import DutyDueSoon, DutyOverdue
from shudao.foundation.duties.models import DutyRow
from shudao.foundation.duties.rules.steps import REMIND_BEFORE, Told, step_on
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import local_date

BATCH = 200


def remind(*, now: datetime) -> int:
    today, next_working = local_date(now), clocks.calendar().next_working
    told, after = 0, 0
    while True:
        with transaction.atomic():
            rows = _candidates(today, after)
            told += sum(_tell(row, today, next_working, now) for row in rows)
        if len(rows) < BATCH:
            return told
        after = rows[-1].pk


def _candidates(today: date, after: int) -> list[DutyRow]:
    near = DutyRow.objects.filter(closed_on=None, due_on__lte=today + REMIND_BEFORE, told__lt=Told.ESCALATED)
    return list(near.filter(pk__gt=after).select_for_update().order_by("pk")[:BATCH])


def _tell(row: DutyRow, today: date, next_working: Callable[[date], date], now: datetime) -> bool:
    step = step_on(row.due_on, today, next_working=next_working)
    if step <= row.told or row.number is None:
        return False
    before, row.told = row.told, step
    row.save(update_fields=["told"])
    audit.record(
        acting=SYSTEM,
        action="duties.remind",
        target=row.number,
        now=now,
        before={"told": Told(before).name.lower()},
        after={"told": step.name.lower()},
    )
    if step is Told.DUE_SOON:
        outbox.emit(DutyDueSoon(number=row.number), now=now)
    else:
        outbox.emit(DutyOverdue(number=row.number, level=step - Told.OVERDUE + 1), now=now)
    return True
