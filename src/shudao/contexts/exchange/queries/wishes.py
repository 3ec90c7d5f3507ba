"""Read wishes for data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from django.db.models import Q

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import Hop
from shudao.contexts.exchange.contracts.wishes import UNMET, Wanting, Wish, WishState
from shudao.kernel.errors import NotFound
from shudao.kernel.paging import Page, bounds

SORTS = {"due": "due_on", "wished": "wished_at", "name": "name"}
OVERDUE = "overdue"


def wish_of(row: models.Wish) -> Wish:
    """Return the row as others see it."""
    wanting = Wanting(row.department, row.name, tuple(row.fields), row.provider, tuple(row.matters), row.why, row.basis)
    return Wish(
        number=row.number,
        wanting=wanting,
        wished_by=row.wished_by,
        wished_at=row.wished_at,
        owner=row.owner,
        state=WishState(row.state),
        due_on=row.due_on,
        duty=row.duty,
        path=tuple(msgspec.convert(hop, Hop) for hop in row.path),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        opinion=row.opinion,
        basis=row.refusal_basis,
        resource=row.resource,
        ended_at=row.ended_at,
    )


def row(number: str, *, lock: bool = False) -> models.Wish:
    """Return the row. Raises NotFound."""
    found = (models.Wish.objects.select_for_update() if lock else models.Wish.objects).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def wishes(
    *, departments: Sequence[str] | None, state: str, text: str, sort: str, today: date, page: int, size: int
) -> Page[Wish]:
    start, stop = bounds(page, size)
    found = models.Wish.objects.all()
    if departments is not None:
        found = found.filter(Q(department__in=departments) | Q(owner__in=departments))
    if state == OVERDUE:
        found = found.filter(state__in=(WishState.OPEN.value, WishState.ACCEPTED.value), due_on__lt=today)
    elif state in set(WishState):
        found = found.filter(state=state)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(number=text))
    column = SORTS.get(sort.lstrip("-"), "wished_at")
    found = found.order_by(column if sort and not sort.startswith("-") else f"-{column}", "-number")
    return Page(tuple(wish_of(one) for one in found[start:stop]), page, size, found.count())


def unmet() -> list[Wish]:
    """Return every wish whose data is missing still."""
    return [wish_of(one) for one in models.Wish.objects.filter(state__in=[one.value for one in UNMET])]


def linked() -> dict[str, str]:
    """Return wish number → entry of the accepted wishes that wait for their entry's data."""
    rows = models.Wish.objects.filter(state=WishState.ACCEPTED.value).exclude(resource="")
    return dict(rows.values_list("number", "resource"))
