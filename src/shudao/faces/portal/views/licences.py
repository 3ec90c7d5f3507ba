"""The wallet of e-licences, and one licence with its QR code."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from shudao.contexts.licences import api as licences
from shudao.contexts.licences.contracts import Licence, LicenceNotFound
from shudao.faces.design.access import allow
from shudao.faces.portal import applicant
from shudao.foundation.audit.contracts import Actor


@allow(applicant=True)
def wallet(request: HttpRequest) -> HttpResponse:
    held = [one for holder in applicant.holders_of(applicant.applicant_of(request)) for one in licences.mine(holder)]
    return render(request, "portal/licences.html", {"licences": held})


@allow(applicant=True)
def licence(request: HttpRequest, number: str) -> HttpResponse:
    found = _own(number, applicant.applicant_of(request))
    base = f"{request.scheme}://{request.get_host()}"
    kind = licences.licence_type(found.type_code)
    context = {
        "licence": found,
        "lines": [(field.label, found.fields[field.name]) for field in kind.fields if field.name in found.fields],
        "qr": mark_safe(_scalable(licences.qr_svg(number, base=base))),  # noqa: S308  drawn by the licences room
    }
    return render(request, "portal/licence.html", context)


def _scalable(svg: str) -> str:
    """Let the drawing shrink to the page: a fixed size would be cut off on a phone."""
    return re.sub(r'^(<svg) width="(\d+)" height="(\d+)"', r'\1 viewBox="0 0 \2 \3"', svg, count=1)


def _own(number: str, actor: Actor) -> Licence:
    found = licences.get(number)
    if found.holder not in applicant.holders_of(actor):
        raise LicenceNotFound
    return found
