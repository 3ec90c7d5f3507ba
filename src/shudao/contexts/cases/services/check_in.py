"""Note a visit."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action, Purpose
from shudao.contexts.cases.services import change, visits
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.errors import Invalid


def check_in(*, case: str, place: str, purpose: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Keep the fact once for a key."""
    if purpose not in list(Purpose):
        raise Invalid(fields={"purpose": "没有这种到场事由。"})

    def do(found: models.Case) -> models.Case:
        found = change.take(found, Action.CHECK_IN, acting=acting, now=now)
        visits.note(found, place=place, purpose=Purpose(purpose), acting=acting, now=now)
        return found

    return change.once(case, Action.CHECK_IN, acting=acting, key=key, request=(place, purpose), do=do)
