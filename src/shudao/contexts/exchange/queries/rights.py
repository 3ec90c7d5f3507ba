"""Rows of requests and grants, locked for a change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import AlreadyDecided, AlreadyRevoked
from shudao.contexts.exchange.contracts.rights import OPEN_STATES, RequestState
from shudao.kernel.errors import NotFound


def open_request(number: str, *, may: Callable[[models.ShareRequest], None]) -> models.ShareRequest:
    """
    Return the request's row, locked, once `may` has let the actor pass.

    Raises:
        NotFound. AlreadyDecided: it is no longer open. Whatever `may` raises.
    """
    row = models.ShareRequest.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound
    may(row)
    if row.state not in OPEN_STATES:
        raise AlreadyDecided(number=number)
    return row


def open_grant(number: str, *, may: Callable[[models.Grant], None]) -> models.Grant:
    """
    Return the grant's row, locked, once `may` has let the actor pass.

    Raises:
        NotFound. AlreadyRevoked: it ended before its time. Whatever `may` raises.
    """
    row = models.Grant.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound
    may(row)
    if row.revoked_at is not None:
        raise AlreadyRevoked(number=number)
    return row


def standing(today: date) -> QuerySet[models.Grant]:
    """Return the grants that give something on a local day: begun, not ended, not suspended."""
    return models.Grant.objects.filter(
        Q(suspended_until=None) | Q(suspended_until__lt=today),
        revoked_at=None,
        system__active=True,
        valid_from__lte=today,
        valid_to__gte=today,
    )


def renewals(numbers: Iterable[str]) -> dict[str, str]:
    rows = models.ShareRequest.objects.filter(
        renews__number__in=list(numbers), state__in=(*OPEN_STATES, RequestState.GRANTED)
    )
    return dict(rows.values_list("renews__number", "number"))
