"""How the queue stands."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from shudao.foundation.outbox.contracts import FailedJob, Lag
from shudao.foundation.outbox.models import FAILED, RUNNING, WAITING, Job


def failed(*, limit: int) -> list[FailedJob]:
    rows = Job.objects.filter(state=FAILED).order_by("-finished_at", "id")[:limit]
    return [
        FailedJob(
            id=row.pk,
            kind=row.kind,
            name=row.name,
            handler=row.handler,
            attempts=row.attempts,
            created_at=row.created_at,
            failed_at=row.finished_at or row.created_at,
            error=row.error,
        )
        for row in rows
    ]


def lag(*, now: datetime) -> Lag:
    due = Job.objects.filter(state=WAITING, due_at__lte=now)
    oldest = due.aggregate(oldest=Min("due_at"))["oldest"]
    return Lag(
        due=due.count(),
        running=Job.objects.filter(state=RUNNING).count(),
        failed=Job.objects.filter(state=FAILED).count(),
        oldest_seconds=(now - oldest).total_seconds() if oldest else 0.0,
    )
