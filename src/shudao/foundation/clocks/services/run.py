"""Start, pause, resume, extend and stop clocks."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks.contracts import (
    ClockKind,
    ClockOrder,
    Due,
    Limit,
    NoSuchClock,
    NotAPauseReason,
    PauseReason,
    TooLateToExtend,
)
from shudao.foundation.clocks.models import ClockEvent, ClockRun
from shudao.foundation.clocks.queries.calendar import calendar
from shudao.foundation.clocks.queries.clocks import life
from shudao.foundation.clocks.rules.replay import Act, Happened, Life, step
from shudao.kernel.time import local_date


def start(
    *, subject: str, kind: ClockKind, limit: Limit, at: datetime, basis: str, acting: Actor, now: datetime
) -> Due:
    event = Happened(Act.START, local_date(at), limit=limit, basis=basis)
    begun = step(None, event)
    due = begun.due(calendar())
    with transaction.atomic():
        run = ClockRun(subject=subject, kind=kind, amount=limit.amount, unit=limit.unit, started_on=begun.started)
        _cache(run, begun, due)
        try:
            with transaction.atomic():
                run.save()
        except IntegrityError:
            raise ClockOrder() from None
        _write(run, event, at, acting)
        _audit(run, "start", acting, now, before=None, reason=basis)
    return due


def pause(*, subject: str, reason: str, basis: str, acting: Actor, now: datetime) -> None:
    try:
        why = PauseReason(reason)
    except ValueError:
        raise NotAPauseReason(fields={"reason": NotAPauseReason.says}) from None
    with transaction.atomic():
        for run in _runs(subject):
            _happen(run, Happened(Act.PAUSE, local_date(now), reason=why, basis=basis), acting, now)


def resume(*, subject: str, acting: Actor, now: datetime) -> None:
    with transaction.atomic():
        for run in _runs(subject):
            _happen(run, Happened(Act.RESUME, local_date(now)), acting, now)


def stop(*, subject: str, acting: Actor, now: datetime) -> None:
    with transaction.atomic():
        for run in _runs(subject):
            _happen(run, Happened(Act.STOP, local_date(now)), acting, now)


def extend(*, subject: str, kind: ClockKind, by: Limit, basis: str, acting: Actor, now: datetime) -> Due:
    with transaction.atomic():
        (run,) = _runs(subject, kind)
        if run.state == "running" and local_date(now) > run.due_on:
            raise TooLateToExtend()
        return _happen(run, Happened(Act.EXTEND, local_date(now), limit=by, basis=basis), acting, now)


def _runs(subject: str, kind: ClockKind | None = None) -> list[ClockRun]:
    asked = ClockRun.objects.select_for_update().filter(subject=subject)
    runs = list((asked.filter(kind=kind) if kind else asked).order_by("id"))
    if not runs:
        raise NoSuchClock()
    return runs


def _happen(run: ClockRun, event: Happened, acting: Actor, now: datetime) -> Due:
    before = {"state": run.state, "due_on": run.due_on}
    changed = step(life(run), event)
    due = changed.due(calendar())
    _cache(run, changed, due)
    run.save()
    _write(run, event, now, acting)
    _audit(run, event.act.value, acting, now, before=before, reason=event.reason or event.basis)
    return due


def _cache(run: ClockRun, life_now: Life, due: Due) -> None:
    run.state, run.stopped_on = life_now.state, life_now.stopped
    run.due_on, run.provisional = due.on, due.provisional


def _write(run: ClockRun, event: Happened, at: datetime, acting: Actor) -> None:
    ClockEvent.objects.create(
        run=run,
        act=event.act,
        at=at,
        on=event.on,
        amount=event.limit.amount if event.limit else None,
        unit=event.limit.unit if event.limit else "",
        reason=event.reason or "",
        basis=event.basis,
        account=acting.account,
    )


def _audit(
    run: ClockRun, act: str, acting: Actor, now: datetime, *, before: dict[str, object] | None, reason: str
) -> None:
    audit.record(
        acting=acting,
        action=f"clocks.{act}",
        target=run.subject,
        now=now,
        before=before,
        after={"kind": run.kind, "state": run.state, "due_on": run.due_on},
        reason=reason,
        case=run.subject,
    )
