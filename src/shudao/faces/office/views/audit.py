"""The audit trail: who changed what, when and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit import api as trail
from shudao.foundation.identity.contracts import Role

_MOST = 1000


@allow(Role.AUDIT_ADMIN)
def audit(request: HttpRequest) -> HttpResponseBase:
    """List the newest entries, found by what changed, by case or by account."""
    words = {name: lists.word(request, name) for name in ("target", "case", "account")}
    entries = trail.entries(**words, limit=_MOST)
    if request.GET.get("format") == "csv":
        header = [gettext(name) for name in ("时间", "账号", "动作", "对象", "办件编号", "理由")]
        rows = ([one.instant.isoformat(), one.account, one.action, one.target, one.case, one.reason] for one in entries)
        return csv_response(gettext("审计记录"), header, rows)
    context = {"page": lists.page_of(entries, request), "words": words}
    return render(request, "office/audit.html", context | doors(request))
