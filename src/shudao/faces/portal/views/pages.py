"""Pages that only say something."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shudao.faces.design import places
from shudao.faces.design.access import allow
from shudao.foundation.regions import api as regions


@allow(public=True)
def help_page(request: HttpRequest) -> HttpResponse:
    place = places.chosen(request)
    hall = regions.hall_of(place.code) if place else None
    return render(request, "portal/help.html", {"hall": hall})


@allow(public=True)
def proof(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/proof.html")


@allow(public=True)
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")
