"""The first page, and the entrances for people and for companies."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Choice
from shudao.faces.design import places
from shudao.faces.design.access import allow
from shudao.faces.portal import pictures


@allow(public=True)
def home(request: HttpRequest) -> HttpResponse:
    place = places.code(request)
    hot = matters.find(division=place, hot=True, size=9)
    return render(request, "portal/home.html", {"events": _events(None), "hot": hot.items})


@allow(public=True)
def personal(request: HttpRequest) -> HttpResponse:
    return _entrance(request, "person")


@allow(public=True)
def business(request: HttpRequest) -> HttpResponse:
    return _entrance(request, "company")


def _entrance(request: HttpRequest, audience: str) -> HttpResponse:
    place = places.code(request)
    found = matters.find(division=place, audience=audience, size=200)
    used = {theme for row in found.items for theme in row.themes}
    themes = [(one, pictures.THEMES.get(one.value, "case")) for one in matters.themes() if one.value in used]
    context = {
        "audience": audience,
        "events": _events(audience),
        "themes": themes,
        "hot": found.items[:12],
        "total": found.total,
    }
    return render(request, "portal/entrance.html", context)


def _events(audience: str | None) -> list[tuple[Choice, str]]:
    wanted = {"person": False, "company": True}.get(audience or "")
    return [
        (one, pictures.EVENTS.get(one.value, "case"))
        for one in matters.events()
        if wanted is None or (one.value in pictures.BUSINESS_EVENTS) is wanted
    ]
