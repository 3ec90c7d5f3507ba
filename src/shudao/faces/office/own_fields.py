"""The form in which a body sets what differs there: only fields that places may set, beginning with the standard's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import MatterFields
from shudao.faces.design.fields import Choice, Field
from shudao.faces.design.templatetags.design import said

_SETS = {"handle_type": ("1", "2", "3")}


def entries(request: HttpRequest, item: MatterFields, errors: dict[str, str]) -> list[Field]:
    """The entries: what was typed, else what the standard says."""
    made = [*_limits(item), *_texts(item)]
    sent = request.POST if request.POST.get("act") == "differ" else None
    if sent is not None:
        made = [
            replace(one, value=sent.getlist(one.name) if one.kind == "checkboxes" else sent.get(one.name, ""))
            for one in made
        ]
    made += [
        Field("reason", gettext("差异理由"), "textarea", sent.get("reason", "") if sent else "", maxlength=500),
        Field(
            "reason_en",
            gettext("差异理由（英文）"),
            value=sent.get("reason_en", "") if sent else "",
            required=False,
            maxlength=500,
        ),
    ]
    return [replace(one, error=errors.get(one.name, "")) for one in made]


def typed(request: HttpRequest, item: MatterFields) -> dict[str, Any]:
    """The fields in which what was typed differs from the standard, in their JSON form."""
    sent = request.POST
    promised = {
        "amount": _number(sent.get("promised", "")),
        "unit": item.promised.unit,
        "explain": _text(request, "explain"),
        "basis": list(item.promised.basis),
    }
    explained = item.promised.explain
    own: dict[str, Any] = {}
    if (promised["amount"], promised["explain"]) != (item.promised.amount, {"zh": explained.zh, "en": explained.en}):
        own["promised"] = promised
    if (visits := _number(sent.get("visits", ""))) != item.visits:
        own["visits"] = visits
    for name in ("visits_reason", "conditions"):
        said_now = _text(request, name)
        text = getattr(item, name)
        if said_now != {"zh": text.zh, "en": text.en}:
            own[name] = said_now
    for name in _SETS:
        if set(sent.getlist(name)) != set(getattr(item, name)):
            own[name] = sorted(sent.getlist(name))
    return own


def _text(request: HttpRequest, name: str) -> dict[str, str]:
    """What was typed in both languages; browsers end lines their own way."""
    zh, en = (request.POST.get(part, "").replace("\r\n", "\n").strip() for part in (name, f"{name}_en"))
    return {"zh": zh, "en": en}


def _limits(item: MatterFields) -> list[Field]:
    unit = said(matters.label("time_unit", item.promised.unit))
    ways = tuple(Choice(code, said(matters.label("handle_type", code))) for code in _SETS["handle_type"])
    explained = item.promised.explain
    return [
        Field("promised", gettext("承诺办结时限"), "number", str(item.promised.amount), hint=unit, width="3"),
        Field("explain", gettext("时限说明"), value=explained.zh, required=False, maxlength=200),
        Field("explain_en", gettext("时限说明（英文）"), value=explained.en, required=False, maxlength=300),
        Field("visits", gettext("到现场次数"), "number", str(item.visits), width="3"),
        Field("handle_type", gettext("办理形式"), "checkboxes", list(item.handle_type), choices=ways),
    ]


def _texts(item: MatterFields) -> list[Field]:
    made = []
    for name, title in (("visits_reason", gettext("须到现场的原因")), ("conditions", gettext("受理条件"))):
        text, english = getattr(item, name), gettext("{title}（英文）").format(title=title)
        kind = "textarea" if name == "conditions" else "text"
        made.append(Field(name, title, kind, text.zh, required=False, maxlength=2000))
        made.append(Field(f"{name}_en", english, kind, text.en, required=False, maxlength=2000))
    return made


def _number(typed: str) -> int | str:
    """A whole number, or what was typed where it is none: the room refuses it beside its entry."""
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else typed
