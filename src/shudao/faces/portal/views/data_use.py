"""Who used the data about the person signed in: what the exchange's ledger holds of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.evidence import LedgerLine
from shudao.contexts.exchange.contracts.registry import Resource, System
from shudao.contexts.exchange.contracts.rights import PURPOSES, Purpose
from shudao.faces.design.access import allow
from shudao.faces.design.templatetags.design import said
from shudao.faces.portal import applicant
from shudao.foundation.identity import api as identity
from shudao.kernel import time
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Use:
    """One use, in words."""

    at: datetime
    who: Text
    resource: Text
    fields: str
    purpose: Text
    case: str


@allow(applicant=True)
@never_cache
def data_use(request: HttpRequest) -> HttpResponse:
    actor = applicant.applicant_of(request)
    reason = gettext("本人查看数据使用记录")
    resident_id = identity.reveal_id(actor.person, acting=actor, reason=reason, now=time.now())
    lines = exchange.disclosures(resident_id)
    systems = {one.client: one for one in exchange.systems()}
    resources = exchange.find_resources(sorted({line.resource for line in lines}))
    shown = [_use(line, systems.get(line.client), resources.get(line.resource)) for line in lines]
    return render(request, "portal/data_use.html", {"lines": shown})


def _use(line: LedgerLine, system: System | None, resource: Resource | None) -> Use:
    titles = {item.name: said(item.title) for item in resource.items} if resource else {}
    return Use(
        at=line.at,
        who=system.name if system else Text(line.client),
        resource=resource.name if resource else Text(line.resource),
        fields="、".join(titles.get(name, name) for name in line.fields),
        purpose=_purpose(line.purpose),
        case=line.case,
    )


def _purpose(code: str) -> Text:
    return PURPOSES[Purpose(code)] if code in set(Purpose) else Text(code)
