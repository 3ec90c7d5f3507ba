"""Duties as others ask for them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from shudao.foundation.duties.contracts import Duty, DutyOrder, DutyState, NoSuchDuty
from shudao.foundation.duties.models import DutyRow
from shudao.foundation.regions import api as regions
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text

_ORDER = {DutyOrder.DUE: ("due_on", "id"), DutyOrder.LATEST_DUE: ("-due_on", "-id"), DutyOrder.NEWEST: ("-id",)}


def get(number: str, *, today: date) -> Duty:
    row = DutyRow.objects.filter(number=number).first()
    if row is None:
        raise NoSuchDuty()
    return duty_of(row, today)


def listing(
    *,
    owner: str,
    kind: str,
    below: str,
    subject: str,
    state: DutyState | None,
    order: DutyOrder,
    today: date,
    page: int,
    size: int,
) -> Page[Duty]:
    first, last = bounds(page, size)
    rows = _asked(owner=owner, kind=kind, below=below, subject=subject)
    rows = _in_state(rows, state, today).order_by(*_ORDER[order])
    items = tuple(duty_of(row, today) for row in rows[first:last])
    return Page(items=items, number=page, size=size, total=rows.count())


def counts(*, owner: str, below: str, today: date) -> dict[DutyState, int]:
    rows = _asked(owner=owner, kind="", below=below, subject="")
    return {state: _in_state(rows, state, today).count() for state in DutyState}


def _asked(*, owner: str, kind: str, below: str, subject: str) -> QuerySet[DutyRow]:
    asked = {name: value for name, value in (("owner", owner), ("kind", kind), ("subject", subject)) if value}
    rows = DutyRow.objects.filter(**asked)
    return rows.filter(division__range=regions.span(below)) if below else rows


def _in_state(rows: QuerySet[DutyRow], state: DutyState | None, today: date) -> QuerySet[DutyRow]:
    if state is None:
        return rows
    if state is DutyState.CLOSED:
        return rows.exclude(closed_on=None)
    rows = rows.filter(closed_on=None)
    return rows.filter(due_on__lt=today) if state is DutyState.OVERDUE else rows.filter(due_on__gte=today)


def duty_of(row: DutyRow, today: date) -> Duty:
    state = DutyState.OVERDUE if row.due_on < today else DutyState.OPEN
    return Duty(
        number=row.number or "",
        kind=row.kind,
        owner=row.owner,
        division=row.division,
        subject=row.subject,
        title=Text(row.title, row.title_en),
        opened_on=row.opened_on,
        due_on=row.due_on,
        state=DutyState.CLOSED if row.closed_on else state,
        closed_on=row.closed_on,
        evidence=row.evidence,
        closing=row.closing,
    )
