"""My space: cases, drafts, licences and messages of whoever is signed in."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy

from shudao.contexts.cases import api as case_api
from shudao.contexts.cases.contracts import CaseRow
from shudao.contexts.licences import api as licence_api
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.paging import page_number
from shudao.faces.design.templatetags.design import day, moment, said
from shudao.faces.portal import applicant
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as message_api

_HEADER = (
    gettext_lazy("办件编号"),
    gettext_lazy("事项"),
    gettext_lazy("办理部门"),
    gettext_lazy("状态"),
    gettext_lazy("提交时间"),
    gettext_lazy("承诺办结日"),
)


@allow(applicant=True)
def space(request: HttpRequest) -> HttpResponse:
    actor = applicant.applicant_of(request)
    licences = [one for holder in applicant.holders_of(actor) for one in licence_api.mine(holder)]
    context = {
        "person": applicant.person_of(actor),
        "companies": applicant.companies_of(actor),
        "found": case_api.my_cases(actor, size=5),
        "drafts": case_api.my_drafts(actor)[:5],
        "licences": licences[:4],
        "licence_count": len(licences),
        "unread": message_api.unread(message_api.mailboxes(actor)),
    }
    return render(request, "portal/my.html", context)


@allow(applicant=True)
def cases(request: HttpRequest) -> HttpResponseBase:
    actor = _acting(request)
    if request.GET.get("format") == "csv":
        header = [str(name) for name in _HEADER]
        return csv_response(gettext("我的办件"), header, _lines(actor))
    found = case_api.my_cases(actor, page=page_number(request))
    company = identity.company(actor.company) if actor.company else None
    return render(request, "portal/cases.html", {"found": found, "company": company})


@allow(applicant=True)
def drafts(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/drafts.html", {"drafts": case_api.my_drafts(applicant.applicant_of(request))})


def _acting(request: HttpRequest) -> Actor:
    """The person, or the person acting for the company that `?company=` names, if it is theirs to act for."""
    actor = applicant.applicant_of(request)
    company = request.GET.get("company", "")
    return identity.acting_for(actor, company) if company else actor


def _lines(actor: Actor) -> Iterator[tuple[object, ...]]:
    number = 1
    while True:
        found = case_api.my_cases(actor, page=number, size=200)
        for row in found.items:
            yield _line(row)
        if number >= found.pages:
            return
        number += 1


def _line(row: CaseRow) -> tuple[object, ...]:
    return (
        row.number,
        said(row.matter),
        said(row.department_name),
        said(row.state_name),
        moment(row.received_at),
        day(row.due_promised),
    )
