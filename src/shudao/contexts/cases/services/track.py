"""Tell how a case stands to whoever has its number and secret."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db.models import F

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import CaseNotFound, TooManyTries
from shudao.contexts.cases.queries import rows, views
from shudao.contexts.cases.queries.access import standing_of
from shudao.contexts.cases.rules import secrets
from shudao.contexts.cases.rules.lifecycle import Who
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel import time


def track(number: str, secret: str, *, now: datetime | None) -> contracts.Progress:
    """Answer with the progress."""
    return views.progress(_case(number.strip().upper(), secret, now or time.now()))


def of_applicant(number: str, *, acting: Actor, secret: str, now: datetime | None) -> contracts.CaseRow:
    """Answer with the row, to its applicant alone."""
    number = number.strip().upper()
    if secret:
        return rows.case_row(_case(number, secret, now or time.now()))
    case = models.Case.objects.filter(number=number).first()
    if case is None or Who.APPLICANT not in standing_of(acting, case):
        raise CaseNotFound
    return rows.case_row(case)


def _case(number: str, secret: str, now: datetime) -> models.Case:
    """Return the case if the secret fits; absent and foreign numbers cost and look the same."""
    digest = hashlib.sha256(number.encode("utf-8", "replace")).hexdigest()
    guard = models.TrackGuard.objects.filter(pk=digest).first()
    since = now - timedelta(minutes=secrets.TRIES_MINUTES)
    if guard is not None and guard.since > since and guard.failures >= secrets.TRIES:
        raise TooManyTries
    case = models.Case.objects.filter(number=number).first()
    kept = case.secret_hash if case else secrets.hashed("", "")
    if not secrets.matches(kept, number, secret) or case is None:
        _count(digest, since, now)
        raise CaseNotFound
    return case


def _count(digest: str, since: datetime, now: datetime) -> None:
    with outbox.unit_of_work():
        models.TrackGuard.objects.filter(since__lte=since).delete()
        models.TrackGuard.objects.bulk_create([models.TrackGuard(digest=digest, since=now)], ignore_conflicts=True)
        models.TrackGuard.objects.filter(pk=digest).update(failures=F("failures") + 1)
