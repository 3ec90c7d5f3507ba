"""What an operator does with failed jobs, and how old ones leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from shudao.foundation.outbox.contracts import NoSuchJob
from shudao.foundation.outbox.models import DONE, FAILED, SCHEDULE, WAITING, Answer, Job
from shudao.kernel import time

KEEP_DONE = timedelta(days=30)
KEEP_SLOTS = timedelta(days=3)  # longer than any jump of the clock that could ask for a slot again
KEEP_ANSWERS = timedelta(days=400)


def replay(job: str, *, now: datetime) -> None:
    with transaction.atomic():
        changed = Job.objects.filter(pk=job, state=FAILED).update(
            state=WAITING, attempts=0, due_at=min(now, time.now()), finished_at=None, lease_until=None, worker=""
        )
        if not changed:
            raise NoSuchJob()


def sweep(*, now: datetime) -> int:
    done = Job.objects.filter(state=DONE)
    jobs, _ = done.filter(finished_at__lt=now - KEEP_DONE).delete()
    slots, _ = done.filter(kind=SCHEDULE, finished_at__lt=now - KEEP_SLOTS).delete()
    answers, _ = Answer.objects.filter(created_at__lt=now - KEEP_ANSWERS).delete()
    return jobs + slots + answers
