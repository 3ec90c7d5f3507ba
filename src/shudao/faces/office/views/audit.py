"""The audit trail: who changed what, when and why."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.office import words as said
from shudao.faces.office.views import lists
from shudao.faces.office.views.accounts import shown_name
from shudao.faces.office.views.start import doors
from shudao.foundation.audit import api as trail
from shudao.foundation.audit.contracts import Entry
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role

_MOST = 1000


@allow(Role.AUDIT_ADMIN)
def audit(request: HttpRequest) -> HttpResponseBase:
    """List the newest entries, found by what changed, by case or by account."""
    words = {name: lists.word(request, name) for name in ("target", "case", "account")}
    entries = trail.entries(**words, limit=_MOST)
    if request.GET.get("format") == "csv":
        header = [gettext(name) for name in ("时间", "账号", "动作", "对象", "办件编号", "理由")]
        rows = (
            [one.instant.isoformat(timespec="seconds"), one.account, one.action, one.target, one.case, one.reason]
            for one in entries
        )
        return csv_response(gettext("审计记录"), header, rows)
    page = lists.page_of(entries, request)
    context = {"page": page, "shown": named(request, page.items), "words": words}
    return render(request, "office/audit.html", context | doors(request))


def named(request: HttpRequest, entries: Sequence[Entry]) -> list[tuple[Entry, str, str]]:
    """Each entry with what the act is called and who did it: staff by name, a citizen masked, "" for the platform."""
    acting = actor_of(request)
    ids = {acting.account, *(one.account for one in entries if one.kind in ("staff", "person"))}
    found = identity.accounts(acting=acting, ids=ids, size=len(ids)).items
    names = {one.account: shown_name(one) for one in found}
    return [(one, said.action(one.action), names.get(one.account, "")) for one in entries]
