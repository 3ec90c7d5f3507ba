"""Read corrections, disputes, questions and delays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from django.db.models import Q

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    About,
    Claim,
    Correction,
    CorrectionState,
    Delay,
    Dispute,
    DisputeState,
    Hop,
    Question,
    Tone,
)
from shudao.contexts.exchange.models import vault
from shudao.contexts.exchange.queries.paging import page_of
from shudao.kernel.errors import NotFound
from shudao.kernel.paging import Page


def claim_place(number: str) -> str:
    """Where a correction's claim lies."""
    return f"exchange.correction.claim:{number}"


def reason_place(number: str) -> str:
    """Where a dispute's reason lies."""
    return f"exchange.dispute.reason:{number}"


def text_place(number: str) -> str:
    """Where a question's text lies."""
    return f"exchange.question.text:{number}"


def answer_place(number: str) -> str:
    """Where a question's answer lies."""
    return f"exchange.question.answer:{number}"


def claim_of(row: models.Correction) -> Claim:
    """Open a claim: whoever calls has a reason that is in the trail, or masks it."""
    return msgspec.json.decode(vault.unseal(row.claim, place=claim_place(row.number)), type=Claim)


def reason_of(row: models.Dispute) -> str:
    """What the asker says against the refusal."""
    return vault.unseal(row.reason, place=reason_place(row.number)).decode()


def correction_of(row: models.Correction) -> Correction:
    """Return the row as others see it; `resource` has to be at hand for lists."""
    return Correction(
        number=row.number,
        resource=row.resource.code,
        field=row.field,
        subject=row.subject,
        department=row.department,
        person=row.person,
        reported_by=row.reported_by,
        reported_at=row.reported_at,
        source=row.source,
        state=CorrectionState(row.state),
        due_on=row.due_on,
        duty=row.duty,
        since=row.since,
        evidence=row.evidence,
        evidence_name=row.evidence_name,
        path=tuple(msgspec.convert(hop, Hop) for hop in row.path),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        opinion=row.opinion,
        basis=row.basis,
        snapshot=row.snapshot,
        ordered_by=row.ordered_by,
        on_behalf=row.on_behalf,
    )


def correction_row(number: str, *, lock: bool = False) -> models.Correction:
    """Return the correction's row. Raises NotFound."""
    return _one(models.Correction.objects, number, lock)


def corrections(
    *, departments: Sequence[str] | None, person: str, state: CorrectionState | None, page: int, size: int
) -> Page[Correction]:
    found = models.Correction.objects.select_related("resource").order_by("-number")
    if departments is not None:
        found = found.filter(Q(department__in=departments) | Q(source__in=departments))
    if person:
        found = found.filter(person=person)
    if state is not None:
        found = found.filter(state=state.value)
    return page_of(found, correction_of, page, size)


def dispute_of(row: models.Dispute) -> Dispute:
    """Return the row as others see it."""
    return Dispute(
        number=row.number,
        about=About(row.about),
        subject=row.subject,
        department=row.department,
        person=row.person,
        source=row.source,
        bureau=row.bureau,
        raised_by=row.raised_by,
        raised_at=row.raised_at,
        state=DisputeState(row.state),
        due_on=row.due_on,
        duty=row.duty,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        opinion=row.opinion,
        basis=row.basis,
        follow_up=row.follow_up,
    )


def dispute_row(number: str, *, lock: bool = False) -> models.Dispute:
    """Return the dispute's row. Raises NotFound."""
    return _one(models.Dispute.objects, number, lock)


def dispute_about(about: About, subject: str) -> Dispute | None:
    row = models.Dispute.objects.filter(about=about.value, subject=subject).first()
    return dispute_of(row) if row else None


def disputes(
    *, departments: Sequence[str] | None, person: str, state: DisputeState | None, page: int, size: int
) -> Page[Dispute]:
    found = models.Dispute.objects.order_by("-number")
    if departments is not None:
        found = found.filter(Q(department__in=departments) | Q(source__in=departments) | Q(bureau__in=departments))
    if person:
        found = found.filter(person=person)
    if state is not None:
        found = found.filter(state=state.value)
    return page_of(found, dispute_of, page, size)


def question_of(row: models.Question) -> Question:
    """Return the row, its texts opened, for the person and the department that answers."""
    return Question(
        number=row.number,
        entry=row.entry,
        tone=Tone(row.tone),
        person=row.person,
        resource=row.resource,
        department=row.department,
        asked_at=row.asked_at,
        due_on=row.due_on,
        text=vault.unseal(row.text, place=text_place(row.number)).decode(),
        answered_at=row.answered_at,
        answer=vault.unseal(row.answer, place=answer_place(row.number)).decode() if row.answered_at else "",
    )


def question_row(number: str, *, lock: bool = False) -> models.Question:
    """Return the question's row. Raises NotFound."""
    return _one(models.Question.objects, number, lock)


def questions(*, departments: Sequence[str] | None, answered: bool | None, page: int, size: int) -> Page[Question]:
    found = models.Question.objects.order_by("-number")
    if departments is not None:
        found = found.filter(department__in=departments)
    if answered is not None:
        found = found.filter(answered_at__isnull=not answered)
    return page_of(found, question_of, page, size)


def questions_about(person: str) -> dict[str, list[Question]]:
    """Return a person's questions by ledger entry, oldest first."""
    found: dict[str, list[Question]] = {}
    for row in models.Question.objects.filter(person=person).order_by("number"):
        found.setdefault(row.entry, []).append(question_of(row))
    return found


def delays() -> list[Delay]:
    rows = models.Delay.objects.select_related("grant").order_by("-id")
    return [Delay(row.grant.number, row.until, row.basis, row.decided_by, row.decided_at) for row in rows]


def hidden_grants(today: date) -> set[str]:
    """Return the grants whose calls are not shown yet on a local day: the newest delay of each counts."""
    newest = {row.grant.number: row.until for row in models.Delay.objects.select_related("grant").order_by("id")}
    return {grant for grant, until in newest.items() if until > today}


def _one(objects: Any, number: str, lock: bool) -> Any:
    row = (objects.select_for_update() if lock else objects).filter(number=number).first()
    if row is None:
        raise NotFound
    return row
