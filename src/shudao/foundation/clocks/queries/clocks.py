"""Clocks as others ask for them."""

from __future__ import annotations

from collections.abc import Iterable

from shudao.foundation.clocks.contracts import ClockKind, ClockState, Due, Limit, NoSuchClock, PauseReason, Unit
from shudao.foundation.clocks.models import ClockEvent, ClockRun
from shudao.foundation.clocks.queries.calendar import calendar
from shudao.foundation.clocks.rules.replay import Act, Happened, Life, replay


def life(run: ClockRun) -> Life:
    return replay(_happened(event) for event in run.events.all())


def _happened(event: ClockEvent) -> Happened:
    return Happened(
        act=Act(event.act),
        on=event.on,
        limit=None if event.amount is None else Limit(event.amount, Unit(event.unit)),
        reason=PauseReason(event.reason) if event.reason else None,
        basis=event.basis,
    )


def due(subject: str, kind: ClockKind) -> Due:
    run = ClockRun.objects.filter(subject=subject, kind=kind).first()
    if run is None:
        raise NoSuchClock()
    return life(run).due(calendar())


def dues(subjects: Iterable[str]) -> dict[tuple[str, ClockKind], Due]:
    rows = ClockRun.objects.filter(subject__in=list(subjects)).values_list(
        "subject", "kind", "due_on", "provisional", "state", "stopped_on"
    )
    return {
        (subject, ClockKind(kind)): Due(
            on=due_on, provisional=provisional, paused=state == "paused", stopped_on=stopped_on
        )
        for subject, kind, due_on, provisional, state, stopped_on in rows
    }


def state(subject: str) -> ClockState:
    runs = list(ClockRun.objects.filter(subject=subject).order_by("id").prefetch_related("events"))
    if not runs:
        raise NoSuchClock()
    first = life(runs[0])
    paused = first.paused
    return ClockState(
        subject=subject,
        state=first.state,
        kinds=tuple(ClockKind(run.kind) for run in runs),
        started_on=first.started,
        reason=paused.reason if paused else None,
        since=paused.first if paused else None,
        stopped_on=first.stopped,
    )
