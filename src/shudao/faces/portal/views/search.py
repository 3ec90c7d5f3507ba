"""Finding a matter by words, with filters, and suggestions while typing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from shudao.contexts.matters import api as matters
from shudao.faces.design import places
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.paging import page_number
from shudao.faces.portal import listing

_LONGEST = 60


@allow(public=True)
def results(request: HttpRequest) -> HttpResponseBase:
    place = places.code(request)
    query = {name: request.GET.get(name, "").strip()[:_LONGEST] for name in ("q", "audience", "kind", "theme", "event")}
    search = listing.Search(place, **query)
    if request.GET.get("format") == "csv":
        return csv_response(gettext("事项列表"), listing.HEADER, listing.lines(search))
    context = {
        "found": search.page(page_number(request)),
        "search": search,
        "filters": listing.filters(search),
        "query": search.q,
    }
    return render(request, "portal/search.html", context)


@allow(public=True)
def suggest(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:_LONGEST]
    rows = matters.suggest(text, places.code(request)) if text else []
    return render(request, "portal/parts/suggestions.html", {"rows": rows, "query": text})
