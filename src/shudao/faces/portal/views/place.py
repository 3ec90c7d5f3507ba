"""Choosing the place where one does business, and the language one reads."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from shudao.faces.design import places
from shudao.faces.design.access import allow
from shudao.faces.design.addresses import back
from shudao.foundation.regions import api as regions

_DEEPEST_OFFERED = 5


@allow(public=True)
def choose(request: HttpRequest) -> HttpResponse:
    """GET walks down the tree (`in`) or searches it (`q`); POST keeps a division."""
    if request.method == "POST":
        division = regions.get(request.POST.get("code", ""))
        response = redirect(back(request))
        places.remember(response, division.code)
        return response
    text = request.GET.get("q", "").strip()[:40]
    inside = request.GET.get("in") or places.code(request)
    here = regions.get(inside)
    context = {
        "next": back(request),
        "query": text,
        "here": here,
        "above": regions.ancestors(here.code),
        "below": regions.children(here.code) if not text else [],
        "found": _with_parents(text) if text else [],
        "deepest": here.level >= _DEEPEST_OFFERED,
    }
    return render(request, "portal/place.html", context)


@allow(public=True)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response = redirect(back(request))
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 24 * 3600, samesite="Lax")
    return response


def _with_parents(text: str) -> list[tuple[object, list[object]]]:
    return [(one, list(regions.ancestors(one.code)[1:-1])) for one in regions.search(text, limit=20)]
