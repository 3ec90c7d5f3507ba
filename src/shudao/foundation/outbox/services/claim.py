"""Take, keep and settle jobs. A job belongs to (worker, attempts): whoever lost that pair cannot settle it any more."""

from __future__ import annotations

import re
import traceback
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from shudao.foundation.outbox.models import DONE, FAILED, RUNNING, SCHEDULE, WAITING, Job
from shudao.foundation.outbox.rules import backoff, registry
from shudao.kernel.time import now

_LONG_NUMBER = re.compile(r"[0-9]{6,}")
_LOST = "worker lost: the lease ran out during the last attempt"


class LeaseLostError(Exception):
    """Another worker has taken the job over: what this attempt did must roll back."""


def claim(worker: str, *, lease: timedelta, straight: bool = False) -> Job | None:
    """Take the next job; `straight` spares the looks at idleness and at lapsed leases while there is plenty to do."""
    instant = now()
    if not straight and not (_lapsed(instant).exists() or _due(instant).exists()):
        return None
    with transaction.atomic():
        job = None if straight else _left_behind(instant)
        job = job or _first(_due(instant).order_by("-priority", "due_at", "id"))
        if job is not None:
            _take(job, worker, instant, lease)
        return job


def _left_behind(instant: datetime) -> Job | None:
    """Return a job whose worker is silent; those that have used up their attempts are given up on the way."""
    while job := _first(_lapsed(instant).order_by("lease_until", "id")):
        if job.attempts < backoff.ATTEMPTS:
            return job
        _give_up(job, instant)
    return None


def _due(instant: datetime) -> QuerySet[Job]:
    return Job.objects.filter(state=WAITING, due_at__lte=instant)


def _lapsed(instant: datetime) -> QuerySet[Job]:
    return Job.objects.filter(state=RUNNING, lease_until__lt=instant)


def _first(jobs: QuerySet[Job]) -> Job | None:
    return jobs.select_for_update(skip_locked=True).first()


def _take(job: Job, worker: str, instant: datetime, lease: timedelta) -> None:
    job.state, job.worker, job.lease_until = RUNNING, worker, instant + lease
    job.attempts += 1
    job.workers = [*job.workers, worker][-backoff.ATTEMPTS :]
    job.started_at = job.started_at or instant
    job.attempted_at = instant
    job.save(update_fields=["state", "worker", "lease_until", "attempts", "workers", "started_at", "attempted_at"])


def _give_up(job: Job, instant: datetime) -> None:
    job.state, job.finished_at, job.error_class, job.error = FAILED, instant, "", _LOST
    job.save(update_fields=["state", "finished_at", "error_class", "error"])


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, worker=job.worker, attempts=job.attempts, state=RUNNING)


def renew(job: Job, *, lease: timedelta) -> bool:
    return bool(_mine(job).update(lease_until=now() + lease))


def complete(job: Job, result: object) -> None:
    encoded = "" if result is None else msgspec.json.encode(result).decode()
    if not _mine(job).update(state=DONE, finished_at=now(), lease_until=None, result=encoded, error="", error_class=""):
        raise LeaseLostError(job.pk)


def settle_failure(job: Job, error: BaseException) -> None:
    """Back to the queue after a wait, or failed after the last attempt; nothing if the job is no longer ours."""
    instant, wait = now(), _wait(job)
    told = {"error": _told(error), "error_class": f"{type(error).__module__}.{type(error).__qualname__}"[:200]}
    if wait is None:
        if _mine(job).update(state=FAILED, finished_at=instant, lease_until=None, **told) and job.kind == SCHEDULE:
            # One failure of a schedule says it all; the slots that failed before it need no replay.
            Job.objects.filter(kind=SCHEDULE, name=job.name, state=FAILED, id__lt=job.pk).delete()
    else:
        _mine(job).update(state=WAITING, due_at=instant + wait, lease_until=None, **told)


def _wait(job: Job) -> timedelta | None:
    """A schedule does not wait longer than its slot: it would have run again by then."""
    wait = backoff.wait(job.attempts)
    if wait is None or job.kind != SCHEDULE:
        return wait
    slot = next((schedule.seconds for schedule in registry.schedules() if schedule.name == job.name), None)
    return wait if slot is None else min(wait, timedelta(seconds=slot))


def _told(error: BaseException) -> str:
    # A database's message may quote a row: long numbers could be somebody's ID or telephone.
    return _LONG_NUMBER.sub("******", "".join(traceback.format_exception(error)))[-8000:]
