"""What the silo map is drawn from: the catalogue, the rights that stand, the counts of the ledger."""

from __future__ import annotations

from datetime import date

from django.db.models import Sum

from shudao.contexts.exchange import models
from shudao.contexts.exchange.queries import rights


def offers() -> dict[str, str]:
    """Return resource code → provider of what is offered."""
    return dict(models.Resource.objects.filter(state="published").values_list("code", "provider"))


def grants(today: date) -> list[tuple[str, str, str]]:
    """Return (user, provider, resource) of each right that gives something today."""
    found = rights.standing(today).values_list("system__department", "resource__provider", "resource__code")
    return [(user, provider, code) for user, provider, code in found]


def calls(since: date, until: date) -> list[tuple[str, str, str, int]]:
    """Return (user, provider, resource, calls) of some local days; what nobody knows any more is left out."""
    providers = dict(models.Resource.objects.values_list("code", "provider"))
    users = dict(models.System.objects.values_list("client", "department"))
    rows = models.UseOfDay.objects.filter(day__gte=since, day__lte=until)
    summed = rows.values_list("client", "resource").annotate(total=Sum("calls")).order_by("client", "resource")
    return [
        (users[client], providers[code], code, total)
        for client, code, total in summed
        if client in users and code in providers
    ]
