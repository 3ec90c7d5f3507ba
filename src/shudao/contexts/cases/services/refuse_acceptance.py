"""Refuse to accept a case."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action
from shudao.contexts.cases.events import CaseRejected
from shudao.contexts.cases.services import change, notify
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox


def refuse_acceptance(
    *, case: str, reason: str, remedy: str, acting: Actor, now: datetime, key: str
) -> contracts.CaseRow:
    """End the case with a reason and a remedy."""
    change.required(reason=reason, remedy=remedy)

    def do(found: models.Case) -> models.Case:
        found = change.take(found, Action.REFUSE_ACCEPTANCE, acting=acting, now=now, opinion=reason, remedy=remedy)
        outbox.emit(
            CaseRejected(
                case=found.number,
                task_code=found.task_code,
                division=found.division,
                department=found.department,
            ),
            now=now,
        )
        notify.rejected(found, reason=reason, remedy=remedy, acting=acting, now=now)
        return found

    return change.once(case, Action.REFUSE_ACCEPTANCE, acting=acting, key=key, request=(reason, remedy), do=do)
