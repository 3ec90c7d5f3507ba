"""Ask a source department for a right to its data: which fields, what for, on what basis, until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import Resource, System
from shudao.contexts.exchange.contracts.rights import PURPOSES, Purpose, Wanted
from shudao.contexts.matters import api as matters
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.fields import Choice, Field
from shudao.faces.office import roles
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date, now

_LONGEST = 500


@allow(*roles.ASKERS)
def ask(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the form; send the request."""
    resource = exchange.resource(code)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = exchange.request_grant(
                wanted=wanted(resource, request.POST),
                acting=actor_of(request),
                now=now(),
                key=request.POST.get("key", ""),
            )
            messages.success(request, gettext("申请已送达数源部门，请留意答复。"))
            return redirect("office:request", number=made.number)
        except Invalid as refused:
            errors = {name: gettext(sentence) for name, sentence in refused.fields.items()}
    own = systems_of(actor_of(request))
    entries = form(resource, own, request.POST if request.method == "POST" else None, errors)
    context = {
        "resource": resource,
        "provider": identity.find_departments([resource.provider]).get(resource.provider),
        "entries": entries,
        "faults": [one for one in entries if one.error],
        "systems": own,
    }
    return render(request, "office/ask.html", context | doors(request), status=422 if errors else 200)


def systems_of(actor: Actor) -> list[System]:
    """The systems for which the actor may ask: those of the own departments; the data bureau's people ask for any."""
    if roles.holds(actor, (roles.Role.DATA_BUREAU,)):
        return exchange.systems()
    mine = set(roles.departments_of(actor, roles.ASKERS))
    return [one for one in exchange.systems() if one.department in mine]


def wanted(resource: Resource, sent: QueryDict) -> Wanted:
    """The request as the room takes it. Raises Invalid where a date, a number or a choice cannot be read."""
    problems: dict[str, str] = {}
    days = {name: read_day(sent, name, problems) for name in ("valid_from", "valid_to")}
    quota = sent.get("quota", "").strip()
    if quota and not (quota.isascii() and quota.isdigit() and len(quota) < 10):
        problems["quota"] = gettext("请填写整数，不限则留空。")
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
        fields=tuple(sent.getlist("fields")),
        purpose=Purpose(purpose),
        scenario=Text(sent.get("scenario", "").strip()[:_LONGEST]),
        legal_basis=Text(sent.get("legal_basis", "").strip()[:_LONGEST]),
        valid_from=days["valid_from"],
        valid_to=days["valid_to"],
        matters=tuple(sent.getlist("matters")),
        quota=int(quota or 0),
    )


def read_day(sent: QueryDict, name: str, problems: dict[str, str]) -> date:
    """A date of three inputs; what cannot be read is noted in `problems`."""
    parts = [sent.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return date(*(int(part) for part in parts if part.isascii()))
    except (TypeError, ValueError):
        problems[name] = gettext("请填写完整的年、月、日。")
        return date.min


def form(resource: Resource, own: list[System], sent: QueryDict | None, errors: dict[str, str]) -> list[Field]:
    """The form's entries: as first opened (a year from today, nothing chosen), or as they were sent."""
    language = get_language() or "zh-hans"
    today = local_date(now())
    system = sent.get("system", "") if sent else (own[0].client if own else "")
    items = tuple(Choice(one.name, one.title.said(language)) for one in resource.items)
    entries = [
        Field("system", gettext("调用数据的业务系统"), "select", system,
              choices=tuple(Choice(one.client, one.name.said(language)) for one in own)),
        Field("fields", gettext("需要的字段"), "checkboxes", chosen(sent, "fields"), choices=items,
              hint=gettext("只选办事确实需要的字段；未授权的字段网关不会返回。")),
        Field("purpose", gettext("用途"), "radios", sent.get("purpose", "") if sent else "",
              choices=tuple(Choice(one.value, name.said(language)) for one, name in PURPOSES.items())),
        Field("scenario", gettext("使用场景"), "textarea", sent.get("scenario", "") if sent else "",
              hint=gettext("在办理什么事项的哪个环节使用。"), maxlength=_LONGEST),
        Field("legal_basis", gettext("申请的依据"), value=sent.get("legal_basis", "") if sent else "",
              hint=gettext("法律、法规或规章的名称和条款。"), maxlength=_LONGEST),
        Field("valid_from", gettext("使用期限自"), "date", day_parts(sent, "valid_from", today)),
        Field("valid_to", gettext("使用期限至"), "date", day_parts(sent, "valid_to", today + timedelta(days=365)),
              hint=gettext("最长三年，到期可以重新申请。")),
        Field("quota", gettext("每日调用上限（次）"), "number", sent.get("quota", "") if sent else "",
              required=False, width="10", inputmode="numeric", hint=gettext("不限则留空。")),
    ]  # fmt: skip
    if resource.matters:
        names = {one.catalog_code: one.name.said(language) for one in matters.basic_items()}
        choices = tuple(Choice(one, names.get(one, one)) for one in resource.matters)
        entries.insert(4, Field("matters", gettext("限用于这些事项"), "checkboxes", chosen(sent, "matters"),
                                choices=choices, required=False))  # fmt: skip
    return [with_error(one, errors) for one in entries]


def chosen(sent: QueryDict | None, name: str) -> list[str]:
    """What was ticked."""
    return sent.getlist(name) if sent else []


def day_parts(sent: QueryDict | None, name: str, day: date) -> tuple[str, str, str]:
    """What was typed for a date, or the day proposed."""
    if sent is None:
        return str(day.year), str(day.month), str(day.day)
    year, month, monthday = (sent.get(f"{name}-{part}", "") for part in ("year", "month", "day"))
    return year, month, monthday


def with_error(one: Field, errors: dict[str, str]) -> Field:
    """The entry with its fault, if it has one."""
    return replace(one, error=errors.get(one.name, ""))
