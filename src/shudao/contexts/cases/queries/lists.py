"""Lists of cases: one query to count, one for the page."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OrderBy

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.queries import access, rows
from shudao.contexts.cases.rules.lifecycle import OPEN
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.kernel import time
from shudao.kernel.errors import Forbidden, Invalid, SignInNeeded
from shudao.kernel.paging import Page, bounds

SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "due": (F("due_promised").asc(nulls_last=True), "received_at", "id"),
    "-due": (F("due_promised").desc(nulls_last=True), "-received_at", "-id"),
    "received": ("received_at", "id"),
    "-received": ("-received_at", "-id"),
}
DUE_DAYS = {"overdue": -1, "today": 0, "week": 7}
NUMBER_PART = 18  # from so many characters on a text is read as the beginning of a number


def my_cases(actor: Actor, *, page: int, size: int) -> Page[contracts.CaseRow]:
    """Return the applicant's own cases: the company's where they act for one, else their personal ones."""
    if not actor.person and not actor.company:
        raise SignInNeeded
    mine = Q(company=actor.company) if actor.company else Q(applicant=actor.person, company="")
    return _page(models.Case.objects.filter(mine).order_by("-received_at", "-id"), page, size)


def work_list(
    actor: Actor, filters: contracts.WorkFilter, *, page: int, size: int, now: datetime | None
) -> Page[contracts.CaseRow]:
    """Return what the actor's offices cover."""
    found = _office(actor).filter(_plain(filters), _due(filters, now or time.now()), _text(filters.text.strip()))
    if filters.sort not in SORTS:
        raise Invalid(fields={"sort": "没有这种排序方式。"})
    return _page(found.order_by(*SORTS[filters.sort]), page, size)


def work_counts(actor: Actor) -> dict[contracts.State, int]:
    """Return state → cases."""
    counted = _office(actor).order_by().values("state").annotate(cases=Count("id"))
    return {contracts.State(row["state"]): row["cases"] for row in counted}


def _office(actor: Actor) -> QuerySet[models.Case]:
    if not actor.account:
        raise SignInNeeded
    if not identity.scope(actor, Role.CLERK) and not identity.scope(actor, Role.REVIEWER):
        raise Forbidden
    return models.Case.objects.filter(access.of_office(actor))


def _plain(filters: contracts.WorkFilter) -> Q:
    condition = Q()
    if filters.states:
        condition &= Q(state__in=[state.value for state in filters.states])
    if filters.department:
        condition &= Q(department=filters.department)
    if filters.division:
        condition &= Q(division__range=regions.span(filters.division))
    if filters.channel:
        condition &= Q(channel=filters.channel)
    return condition


def _due(filters: contracts.WorkFilter, now: datetime) -> Q:
    if not filters.due:
        return Q()
    if filters.due not in DUE_DAYS:
        raise Invalid(fields={"due": "没有这种期限筛选。"})
    until = time.local_date(now) + timedelta(days=DUE_DAYS[filters.due])
    return Q(due_promised__lte=until, paused=False, state__in=[state.value for state in OPEN])


def _text(text: str) -> Q:
    if not text:
        return Q()
    if len(text) >= NUMBER_PART and text.isascii():
        return Q(number__startswith=text.upper())
    return Q(matter__contains=text) | Q(matter_en__icontains=text) | Q(number__endswith=text.upper())


def _page(found: QuerySet[models.Case], page: int, size: int) -> Page[contracts.CaseRow]:
    start, stop = bounds(page, size)
    items = tuple(rows.case_row(one) for one in found[start:stop])
    return Page(items=items, number=page, size=size, total=found.order_by().count())
