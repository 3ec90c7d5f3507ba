"""Note that the result reached the applicant."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action, Delivery, Purpose
from shudao.contexts.cases.events import CaseDelivered
from shudao.contexts.cases.services import change, notify, visits
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid


def deliver(*, case: str, how: str, place: str, acting: Actor, now: datetime, key: str) -> contracts.CaseRow:
    """Deliver once."""
    if how and how not in list(Delivery):
        raise Invalid(fields={"how": "没有这种送达方式。"})

    def do(found: models.Case) -> models.Case:
        way = Delivery(how or found.delivery)
        where = place or found.place
        if way is Delivery.PICKUP and not where:
            raise Invalid(fields={"place": "请写明领取的地点。"})
        return hand_over(found, how=way, place=where, acting=acting, now=now)

    return change.once(case, Action.DELIVER, acting=acting, key=key, request=(how, place), do=do)


def hand_over(case: models.Case, *, how: Delivery, place: str, acting: Actor, now: datetime) -> models.Case:
    """Deliver in the caller's transaction; a pick-up is a visit."""
    case = change.take(case, Action.DELIVER, acting=acting, now=now, delivery=how.value, delivered_at=now)
    if how is Delivery.PICKUP:
        visits.note(case, place=place, purpose=Purpose.PICKUP, acting=acting, now=now)
    outbox.emit(
        CaseDelivered(case=case.number, task_code=case.task_code, division=case.division, department=case.department),
        now=now,
    )
    notify.delivered(case, how=how, acting=acting, now=now)
    return case
