"""Ask a source department for a right to its data: which fields, what for, on what basis, until when."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Resource, System
from shudao.contexts.exchange.contracts.rights import PURPOSES, Given, Grant, Purpose, Wanted
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said
from shudao.faces.office import rights_forms, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date, now

_LONGEST = 500
_YEAR = timedelta(days=365)


@allow(*roles.ASKERS)
def ask(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the form; send the request. `?renews=` names the grant that the new one is to follow."""
    resource = exchange.resource(code)
    own = systems_of(actor_of(request))
    renewed = _renewed(lists.word(request, "renews"), resource, own)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = exchange.request_grant(
                wanted=wanted(resource, request.POST, renewed),
                acting=actor_of(request),
                now=now(),
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("申请已送达数源部门，请留意答复。"))
            return redirect("office:request", number=made.number)
        except Invalid as refused:
            errors = {name: gettext(sentence) for name, sentence in refused.fields.items()}
    entries = form(resource, own, request.POST if request.method == "POST" else None, errors, renewed)
    context = {
        "resource": resource,
        "provider": identity.find_departments([resource.provider]).get(resource.provider),
        "entries": entries,
        "faults": rights_forms.faults(entries, errors),
        "systems": own,
        "renewed": renewed,
    }
    return render(request, "office/ask.html", context | doors(request), status=422 if errors else 200)


def _renewed(number: str, resource: Resource, own: list[System]) -> Grant | None:
    """The grant of one's own that is to be renewed. Raises NotFound for another's, and for another resource's."""
    if not number:
        return None
    grant = exchange.grant(number)
    if grant.resource != resource.code or grant.system not in {one.client for one in own}:
        raise NotFound
    return grant


def systems_of(actor: Actor) -> list[System]:
    """The systems for which the actor may ask: those of the own departments; the data bureau's people ask for any."""
    if roles.holds(actor, (roles.Role.DATA_BUREAU,)):
        return [one for one in exchange.systems() if one.active]
    mine = set(roles.departments_of(actor, roles.ASKERS))
    return [one for one in exchange.systems() if one.active and one.department in mine]


def wanted(resource: Resource, sent: QueryDict, renewed: Grant | None = None) -> Wanted:
    """The request as the room takes it. Raises Invalid where a date, a number or a choice cannot be read."""
    problems: dict[str, str] = {}
    parts = rights_forms.read(sent, problems)
    purpose = sent.get("purpose", "")
    if purpose not in set(Purpose):
        problems["purpose"] = gettext("请选择用途。")
    if not sent.get("system"):
        problems["system"] = gettext("请选择调用数据的业务系统。")
    if problems:
        raise Invalid(fields=problems)
    return Wanted(
        system=sent["system"],
        resource=resource.code,
        purpose=Purpose(purpose),
        scenario=Text(sent.get("scenario", "").strip()[:_LONGEST]),
        legal_basis=Text(sent.get("legal_basis", "").strip()[:_LONGEST]),
        renews=renewed.number if renewed else "",
        **parts,
    )


def form(
    resource: Resource, own: list[System], sent: QueryDict | None, errors: dict[str, str], renewed: Grant | None
) -> list[Field]:
    """The form's entries: as first opened (a year from today, nothing chosen; or as the old grant), or as sent."""
    language = get_language() or "zh-hans"
    first = _first(renewed)
    offered = Given(tuple(item.name for item in resource.items), first.valid_from, first.valid_to)
    parts = rights_forms.entries(resource, first, sent, offered=offered)
    systems = tuple(
        Choice(one.client, one.name.said(language)) for one in own if renewed is None or one.client == renewed.system
    )
    purposes = tuple(
        Choice(one.value, name.said(language))
        for one, name in PURPOSES.items()
        if renewed is None or one is renewed.purpose
    )

    basis = said(renewed.legal_basis) if renewed else ""

    def typed(name: str, before: str) -> str:
        return sent.get(name, "") if sent else before

    entries = [
        Field("system", gettext("调用数据的业务系统"), "select", typed("system", systems[0].value if systems else ""),
              choices=systems),
        parts.pop("fields"),
        Field("purpose", gettext("用途"), "radios", typed("purpose", renewed.purpose.value if renewed else ""),
              choices=purposes),
        Field("scenario", gettext("使用场景"), "textarea", typed("scenario", ""),
              hint=gettext("在办理什么事项的哪个环节使用。"), maxlength=_LONGEST),
        Field("legal_basis", gettext("申请的依据"), value=typed("legal_basis", basis),
              hint=gettext("法律、法规或规章的名称和条款。"), maxlength=_LONGEST),
        *parts.values(),
    ]  # fmt: skip
    return rights_forms.with_errors(entries, errors)


def _first(renewed: Grant | None) -> Given:
    """What stands in the form when it is opened."""
    if renewed is None:
        today = local_date(now())
        return Given((), today, today + _YEAR)
    start = renewed.valid_to + timedelta(days=1)
    return Given(
        renewed.fields,
        start,
        start + _YEAR - timedelta(days=1),
        renewed.matters,
        renewed.row_scope,
        renewed.quota,
        renewed.rate,
        renewed.verify_only,
    )
