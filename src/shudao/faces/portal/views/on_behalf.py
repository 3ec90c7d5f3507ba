"""Acting for a company or a child: who used its data, and having it corrected; each look is in the trail."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.answers import Unavailable
from shudao.contexts.exchange.contracts.disputes import Correction, DataUse
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.relations import NotRepresentative, Relation, RelationKind, TooManyTries
from shudao.faces.design import refusals
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Field, errors_of
from shudao.faces.design.paging import page_number
from shudao.faces.design.templatetags.design import said
from shudao.faces.portal import applicant, uploads, uses
from shudao.faces.portal.views import corrections
from shudao.faces.portal.views.data_use import SIZE, chosen, header, rows
from shudao.foundation.audit.contracts import Actor
from shudao.kernel import time
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.paging import Page, bounds


@allow(applicant=True)
@never_cache
def on_behalf(request: HttpRequest) -> HttpResponse:
    """List for whom the person may act; prove that one represents a company."""
    actor, errors, refused = applicant.applicant_of(request), {}, ""
    if request.method == "POST":
        try:
            made = _represent(request, actor)
            messages.success(request, gettext("核验通过，可以查看和提出异议了。"))
            return redirect("portal:for_whom", number=made.number)
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
        except (NotRepresentative, TooManyTries) as refusal:
            words = refusals.tell(refusal, "")
            refused = f"{words.says} {words.advice}"
        except Unavailable as down:
            refused = said(down.sentence) + gettext("，请稍后再试。")
    today = time.local_date(time.now())
    fields = _fields(request, errors)
    context = {
        "shown": [(one, one.stands(today)) for one in exchange.relations_of(actor.person)],
        "fields": fields,
        "faults": errors_of(fields),
        "refused": refused,
    }
    return render(request, "portal/on_behalf.html", context, status=422 if errors or refused else 200)


def _represent(request: HttpRequest, actor: Actor) -> Relation:
    return exchange.represent(
        code=request.POST.get("code", "")[:40],
        name=request.POST.get("name", "")[:200],
        acting=actor,
        now=time.now(),
        key=request.POST.get("key", ""),
    )


def _fields(request: HttpRequest, errors: dict[str, str]) -> list[Field]:
    def entry(name: str, label: str, hint: str, length: int, width: str) -> Field:
        value = request.POST.get(name, request.GET.get(name, ""))[:length]
        return Field(
            name, label, value=value, hint=hint, error=errors.get(name, ""), maxlength=length, width=width,
            autocomplete="off",
        )  # fmt: skip

    return [
        entry("name", gettext("单位名称"), gettext("与营业执照一致。"), 120, ""),
        entry("code", gettext("统一社会信用代码"), gettext("营业执照上的18位代码。"), 18, "20"),
    ]


@allow(applicant=True)
@never_cache
def for_whom(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show who used the data of whom the person acts for; end the relation."""
    actor, now, errors = applicant.applicant_of(request), time.now(), {}
    if request.method == "POST":
        try:
            exchange.end_relation(
                number=number,
                reason=request.POST.get("reason", ""),
                acting=actor,
                now=now,
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("已经结束，不能再代为查看和提出异议。"))
            return redirect("portal:on_behalf")
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
    every = exchange.uses_on_behalf(number, acting=actor, now=now)
    department, period = (request.GET.get(name, "")[:18] for name in ("department", "period"))
    found = chosen(every, department, period)
    if request.GET.get("format") == "csv":
        return csv_response(gettext("数据使用记录"), header(), rows(uses.told(found, actor)))
    relation = exchange.relation(number)
    context = _page(request, found, actor) | {
        "relation": relation,
        "filters": uses.filters(every, department, period),
        "filtered": bool(department or period),
        "resources": _disputable(relation),
        "errors": errors,
    }
    return render(request, "portal/for_whom.html", context, status=422 if errors else 200)


def _page(request: HttpRequest, found: Sequence[DataUse], actor: Actor) -> dict[str, object]:
    number = page_number(request)
    start, stop = bounds(number, SIZE)
    return {
        "found": Page(tuple(found[start:stop]), number, SIZE, len(found)),
        "lines": uses.told(found[start:stop], actor),
    }


def _disputable(relation: Relation) -> list[tuple[str, object]]:
    """The catalogue's entries whose data are about such a one."""
    return [(one.code, one.name) for one in exchange.resources() if one.subject == _subject(relation)]


def _subject(relation: Relation) -> str:
    return "company" if relation.kind is RelationKind.COMPANY else "person"


@allow(applicant=True)
@never_cache
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """Say that a field about whom the person acts for is wrong."""
    actor = applicant.applicant_of(request)
    relation = exchange.my_relation(number, acting=actor, now=time.now())
    resource = exchange.resource(request.GET.get("resource", ""))
    if resource.subject != _subject(relation):
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _report(request, resource, relation, actor)
            messages.success(request, gettext("异议已经送交数源部门，十个工作日内答复。"))
            return redirect("portal:correction", number=made.number)
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
    fields = corrections.fields(request, resource, errors)
    context = {"resource": resource, "relation": relation, "fields": fields, "faults": errors_of(fields)}
    return render(request, "portal/correction_new.html", context, status=422 if errors else 200)


def _report(request: HttpRequest, resource: Resource, relation: Relation, actor: Actor) -> Correction:
    stored, refused = uploads.receive(request, [corrections.EVIDENCE])
    if refused:
        raise Invalid(fields=refused)
    return corrections.report(request, resource, actor, stored, on_behalf=relation.number)
