"""Saying that data about oneself are wrong, following it, and disputing a refusal."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import About, Claim, Correction, CorrectionState
from shudao.contexts.exchange.contracts.registry import Resource
from shudao.faces.design.access import allow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.paging import page_number
from shudao.faces.design.templatetags.design import said
from shudao.faces.portal import applicant, uploads
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.foundation.identity import api as identity
from shudao.kernel import time
from shudao.kernel.errors import Conflict, Invalid, NotFound
from shudao.kernel.texts import Text

EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Shown:
    """One correction with the names of what it names by code; `whom` the person spoke for, "" for themself."""

    one: Correction
    resource: Text
    field: Text
    source: Text
    whom: str = ""


def named(found: tuple[Correction, ...]) -> list[Shown]:
    """Name them: three queries for however many."""
    resources = exchange.find_resources(sorted({one.resource for one in found}))
    bodies = identity.find_departments({one.source for one in found})
    others = exchange.find_relations([one.on_behalf for one in found if one.on_behalf])
    whom = {number: relation.name for number, relation in others.items()}
    return [_shown(one, resources.get(one.resource), bodies, whom.get(one.on_behalf, "")) for one in found]


def _shown(one: Correction, resource: Resource | None, bodies: dict[str, object], whom: str) -> Shown:
    titles = {item.name: item.title for item in resource.items} if resource else {}
    return Shown(
        one,
        resource.name if resource else Text(one.resource),
        titles.get(one.field, Text(one.field)),
        getattr(bodies.get(one.source), "name", Text(one.source)),
        whom,
    )


@allow(applicant=True)
@never_cache
def corrections(request: HttpRequest) -> HttpResponse:
    """List what the person said to be wrong."""
    actor = applicant.applicant_of(request)
    found = exchange.corrections(person=actor.person, page=page_number(request))
    return render(request, "portal/corrections.html", {"found": found, "shown": named(found.items)})


@allow(applicant=True)
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Say that a field of a resource is wrong."""
    resource = exchange.resource(request.GET.get("resource", ""))
    if resource.subject != "person":
        raise NotFound
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = _report(request, resource, applicant.applicant_of(request))
            messages.success(request, gettext("异议已经送交数源部门，十个工作日内答复。"))
            return redirect("portal:correction", number=made.number)
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
    entries = fields(request, resource, errors)
    context = {"resource": resource, "fields": entries, "faults": [one for one in entries if one.error]}
    return render(request, "portal/correction_new.html", context, status=422 if errors else 200)


def _report(request: HttpRequest, resource: Resource, actor: Actor) -> Correction:
    stored, refused = uploads.receive(request, [EVIDENCE])
    if refused:
        raise Invalid(fields=refused)
    return report(request, resource, actor, stored)


def report(
    request: HttpRequest, resource: Resource, actor: Actor, stored: dict[str, StoredFile], on_behalf: str = ""
) -> Correction:
    """Send what the form says; `on_behalf` is the relation by which somebody speaks for another."""
    sent = {name: request.POST.get(name, "") for name in ("field", "wrong", "right", "why")}
    return exchange.report_correction(
        resource=resource.code,
        field=sent["field"],
        claim=Claim("", sent["wrong"].strip(), sent["right"].strip(), sent["why"].strip()),
        evidence=stored.get(EVIDENCE),
        on_behalf=on_behalf,
        acting=actor,
        now=time.now(),
        key=request.POST.get("key", ""),
    )


def fields(request: HttpRequest, resource: Resource, errors: dict[str, str]) -> list[Field]:
    """The form's entries, as sent."""
    sent = request.POST
    items = tuple(Choice(item.name, said(item.title)) for item in resource.items)
    chosen = sent.get("field", request.GET.get("field", ""))
    file = uploads.PREFIX + EVIDENCE
    return [
        Field(
            "field",
            gettext("哪一项不对？"),
            "select",
            chosen,
            choices=(Choice("", gettext("请选择")), *items),
            error=errors.get("field", ""),
        ),
        Field(
            "wrong",
            gettext("现在登记的是"),
            value=sent.get("wrong", ""),
            error=errors.get("wrong", ""),
            maxlength=200,
            autocomplete="off",
        ),
        Field(
            "right",
            gettext("应当是"),
            value=sent.get("right", ""),
            error=errors.get("right", ""),
            maxlength=200,
            autocomplete="off",
        ),
        Field(
            "why",
            gettext("为什么"),
            "textarea",
            sent.get("why", ""),
            hint=gettext("加密保存，只给数源部门看。"),
            error=errors.get("why", ""),
            maxlength=1000,
        ),
        Field(
            file,
            gettext("证明文件"),
            "file",
            hint=gettext("PDF、PNG 或 JPG，不超过 20 MB"),
            accept=uploads.ACCEPT,
            error=errors.get(file, ""),
            required=False,
        ),
    ]


@allow(applicant=True)
@never_cache
def correction(request: HttpRequest, number: str) -> HttpResponse:
    """Show one correction of one's own; dispute its refusal."""
    actor = applicant.applicant_of(request)
    found = exchange.correction(number)
    if not found.person or found.person != actor.person:
        raise NotFound
    dispute = exchange.dispute_about(About.CORRECTION, number)
    refused = found.state is CorrectionState.REFUSED and dispute is None
    open_to = refused and exchange.may_dispute(found.decided_at, now=time.now())
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not open_to:
            raise Conflict
        try:
            exchange.raise_dispute(
                about=About.CORRECTION,
                subject=number,
                reason=request.POST.get("reason", ""),
                acting=actor,
                now=time.now(),
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("已经提请数据主管部门协调，二十个工作日内裁决。"))
            return redirect("portal:correction", number=number)
        except Invalid as wrong:
            errors = {name: gettext(sentence) for name, sentence in wrong.fields.items()}
    context = {
        "shown": named((found,))[0],
        "claim": exchange.masked_claim(number),
        "dispute": dispute,
        "may_dispute": open_to,
        "errors": errors,
        "sent": request.POST,
    }
    return render(request, "portal/correction.html", context, status=422 if errors else 200)
