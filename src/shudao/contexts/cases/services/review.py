"""Take a case into review, or add an opinion."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts
from shudao.contexts.cases.contracts import Action
from shudao.contexts.cases.services import change
from shudao.foundation.audit.contracts import Actor


def review(*, case: str, opinion: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Note one step of review."""
    if opinion:
        change.required(opinion=opinion)
    return change.once(
        case,
        Action.REVIEW,
        acting=acting,
        key=key,
        request=opinion,
        do=lambda found: change.take(found, Action.REVIEW, acting=acting, now=now, opinion=opinion),
    )
