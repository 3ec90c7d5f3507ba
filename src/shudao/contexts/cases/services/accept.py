"""Accept a case and start its clocks."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action
from shudao.contexts.cases.events import CaseAccepted
from shudao.contexts.cases.services import change, notify
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import TimeLimit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import ClockKind, Due, Limit, Unit
from shudao.foundation.outbox import api as outbox


def accept(*, case: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Accept once."""

    def do(found: models.Case) -> models.Case:
        found = change.take(found, Action.ACCEPT, acting=acting, now=now, accepted_at=now, accepted_by=acting.account)
        _start_clocks(found, acting=acting, now=now)
        outbox.emit(
            CaseAccepted(
                case=found.number,
                task_code=found.task_code,
                division=found.division,
                department=found.department,
            ),
            now=now,
        )
        notify.accepted(found, acting=acting, now=now)
        return found

    return change.once(case, Action.ACCEPT, acting=acting, key=key, request="", do=do)


def _start_clocks(case: models.Case, *, acting: Actor, now: datetime) -> None:
    matter = matters.implementation(case.task_code, version=case.draft.version)
    legal = _start(case, ClockKind.LEGAL, matter.legal, acting=acting, now=now)
    promised = _start(case, ClockKind.PROMISED, matter.promised, acting=acting, now=now)
    case.due_legal, case.due_promised = legal.on, promised.on
    case.save(update_fields=["due_legal", "due_promised"])


def _start(case: models.Case, kind: ClockKind, limit: TimeLimit, *, acting: Actor, now: datetime) -> Due:
    return clocks.start(
        subject=case.number,
        kind=kind,
        limit=Limit(limit.amount, Unit(limit.unit)),
        at=now,
        basis="、".join(limit.basis) or limit.explain.zh,
        acting=acting,
        now=now,
    )
