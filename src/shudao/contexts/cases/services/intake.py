"""Start an application for somebody who stands at a window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shudao.contexts.cases import contracts
from shudao.contexts.cases.contracts import Channel
from shudao.contexts.cases.services import places, start_draft
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who stands there; the resident ID goes to identity and nowhere else."""

    resident_id: str
    name: str
    phone: str


def intake(
    who: Visitor,
    *,
    task_code: str,
    company: str,
    place: str,
    delivery: str,
    acting: Actor,
    now: datetime,
    key: str,
) -> contracts.Draft:
    """Find or register the visitor, then start the draft: under one key, each once."""
    identity.require(acting, Role.CLERK, division=places.find(place).division)
    person = identity.register_person(
        resident_id=who.resident_id, name=who.name, phone=who.phone, acting=acting, now=now, key=f"{key}:person"
    )
    asked = start_draft.Start(
        task_code=task_code,
        applicant=person.key,
        company=company,
        channel=Channel.WINDOW,
        place=place,
        delivery=delivery,
    )
    return start_draft.start_draft(asked, acting=acting, now=now, key=key)
