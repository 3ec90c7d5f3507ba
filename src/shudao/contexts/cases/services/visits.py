"""Note that the applicant came, and count anew."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import models
from shudao.contexts.cases.contracts import Purpose
from shudao.contexts.cases.rules import visits as rules
from shudao.contexts.cases.services import places
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.time import local_date


def note(case: models.Case, *, place: str, purpose: Purpose, acting: Actor, now: datetime) -> None:
    """Keep one fact in the caller's transaction; the same fact twice on a day is one."""
    where = places.find(place)
    models.Visit.objects.get_or_create(
        case=case,
        day=local_date(now),
        place=where.code,
        purpose=purpose.value,
        defaults={
            "at": now,
            "place_name": where.name.zh,
            "place_name_en": where.name.en,
            "account": acting.account,
        },
    )
    case.visits = rules.count(case.visit_facts.values_list("day", "place"))
    models.Case.objects.filter(pk=case.pk).update(visits=case.visits)
