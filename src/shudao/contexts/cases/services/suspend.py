"""Stop the clocks for a procedure that the law leaves out of the time limit, and let them run again."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action
from shudao.contexts.cases.services import change
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import ClockKind


def suspend(*, case: str, reason: str, basis: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Pause both clocks."""
    change.required(reason=reason, basis=basis)

    def do(found: models.Case) -> models.Case:
        found = change.take(found, Action.SUSPEND, acting=acting, now=now, opinion=reason, basis=basis, paused=True)
        clocks.pause(subject=found.number, reason=reason, basis=basis, acting=acting, now=now)
        return _redated(found)

    return change.once(case, Action.SUSPEND, acting=acting, key=key, request=(reason, basis), do=do)


def resume(*, case: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Let both clocks run on."""

    def do(found: models.Case) -> models.Case:
        found = change.take(found, Action.RESUME, acting=acting, now=now, paused=False)
        clocks.resume(subject=found.number, acting=acting, now=now)
        return _redated(found)

    return change.once(case, Action.RESUME, acting=acting, key=key, request="", do=do)


def _redated(case: models.Case) -> models.Case:
    dues = clocks.dues([case.number])
    case.due_legal = dues[case.number, ClockKind.LEGAL].on
    case.due_promised = dues[case.number, ClockKind.PROMISED].on
    case.save(update_fields=["due_legal", "due_promised"])
    return case
