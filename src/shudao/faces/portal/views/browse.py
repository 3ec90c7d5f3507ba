"""Finding a matter without words: by theme, life event or department, and who offers it inside a place."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from shudao.contexts.matters import api as matters
from shudao.faces.design import places
from shudao.faces.design.access import allow
from shudao.faces.design.paging import page_number
from shudao.faces.portal import listing, pictures
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions


@allow(public=True)
def theme(request: HttpRequest, code: str) -> HttpResponse:
    chosen = next((one for one in matters.themes() if one.value == code), None)
    if chosen is None:
        raise Http404
    search = listing.Search(places.code(request), theme=code, audience=request.GET.get("audience", ""))
    return _page(request, search, chosen.label, pictures.THEMES.get(code, "case"))


@allow(public=True)
def event(request: HttpRequest, code: str) -> HttpResponse:
    chosen = next((one for one in matters.events() if one.value == code), None)
    if chosen is None:
        raise Http404
    search = listing.Search(places.code(request), event=code)
    return _page(request, search, chosen.label, pictures.EVENTS.get(code, "case"))


@allow(public=True)
def departments(request: HttpRequest) -> HttpResponse:
    offering = matters.departments_offering(places.code(request))
    shown = [(one, pictures.KINDS.get(one.department_kind, "department")) for one in offering]
    return render(request, "portal/departments.html", {"departments": shown})


@allow(public=True)
def department(request: HttpRequest, code: str) -> HttpResponse:
    body = identity.department(code)
    found = matters.find(division=places.code(request), department=code, page=page_number(request))
    if not found.total:
        found = matters.of_department(code, page=page_number(request))
    return render(request, "portal/department.html", {"body": body, "found": found})


@allow(public=True)
def offers(request: HttpRequest, catalog_code: str) -> HttpResponse:
    item = matters.basic_item(catalog_code)
    found = matters.choices(item.catalog_code, places.code(request), page=page_number(request))
    names = {one.code: one.name for one in regions.find([row.division for row in found.items]).values()}
    return render(request, "portal/offers.html", {"item": item, "found": found, "names": names})


def _page(request: HttpRequest, search: listing.Search, title: object, picture: str) -> HttpResponse:
    context = {"found": search.page(page_number(request)), "title": title, "picture": picture}
    return render(request, "portal/collection.html", context)
