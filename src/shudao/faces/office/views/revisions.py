"""Revisions of basic items: the list, and each with what it changes, for its author and its reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import FieldDifference, Revision, RevisionState
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.fields import Field
from shudao.faces.design.templatetags.design import day, moment, said
from shudao.faces.office import disputed, law_forms, law_words, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.paging import Page
from shudao.kernel.time import now

_DONE = {
    "submit": "已送审，请另一位有权限的人员审核。",
    "withdraw": "修订已撤回。",
    "return": "已退回修改。",
    "approve": "已审核通过。",
}


@allow(*roles.CATALOGUE)
@never_cache
def revisions(request: HttpRequest) -> HttpResponseBase:
    """List revisions, the latest changed first."""
    text, word, kind = (lists.word(request, name) for name in ("text", "state", "department"))
    state = RevisionState(word) if word in set(RevisionState) else None
    names = identity.kind_names()

    def read(number: int, size: int) -> Page[Revision]:
        return matters.revisions(kinds=[kind] if kind else None, state=state, text=text, page=number, size=size)

    if request.GET.get("format") == "csv":
        header = ("事项名称", "基本编码", "状态", "修订说明", "最近修改", "生效日期")
        return csv_response(gettext("事项修订"), [gettext(one) for one in header], _rows(disputed.pages(read)))
    context = {
        "page": read(lists.number(request), lists.SIZE),
        "text": text,
        "state": word,
        "kind": kind,
        "states": law_words.revisions(),
        "kinds": [(code, name) for code, name in names.items()],
        "names": names,
    }
    return render(request, "office/revisions.html", context | doors(request))


def _rows(pages: Iterable[Sequence[Revision]]) -> Iterator[tuple[object, ...]]:
    states = law_words.revisions()
    for page in pages:
        for one in page:
            about = said(one.name), one.catalog_code, states[one.state][0], one.note
            yield *about, moment(one.changed_at), day(one.effective_on)


@allow(*roles.CATALOGUE)
@never_cache
def revision(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show what a revision changes; submit, withdraw, return or approve it."""
    actor, one = actor_of(request), matters.revision(number)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _act(request, one, actor)
            return redirect("office:revision", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
            if "reason" in errors:
                errors[f"{request.POST.get('act')}-reason"] = errors.pop("reason")
    keeps = matters.keeps_item(actor, one.department_kind)
    on = Field(
        "effective_on",
        gettext("生效日期（不填为立即发布）"),
        "date",
        law_forms.day_value(request, "effective_on", None),
        required=False,
        error=errors.get("effective_on", ""),
    )
    context = {
        "one": one,
        "changes": changes(one),
        "states": law_words.revisions(),
        "department": identity.kind_names().get(one.department_kind),
        "keeps": keeps,
        "reviews": keeps and actor.account not in (one.author, one.submitted_by),
        "effective": on,
        "errors": errors,
        "act": request.POST.get("act", "") if errors else "",
        "sent": request.POST,
    }
    return render(request, "office/revision.html", context | doors(request), status=422 if errors else 200)


def changes(one: Revision) -> tuple[FieldDifference, ...]:
    """What a revision changes in the version that it was begun from; nothing for a new item."""
    if not one.base_version:
        return ()
    return matters.differences(matters.item_at(one.catalog_code, one.base_version), one.item)


def _act(request: HttpRequest, one: Revision, actor: Actor) -> None:
    what, common = request.POST.get("act", ""), {"number": one.number, "acting": actor, "now": now()}
    key, reason = request.POST.get("key", ""), request.POST.get("reason", "")
    if what == "submit":
        matters.submit_revision(**common, note=request.POST.get("note", ""), key=key)
    elif what == "withdraw":
        matters.withdraw_revision(**common, reason=reason, key=key)
    elif what == "return":
        matters.return_revision(**common, reason=reason, key=key)
    elif what == "approve":
        typed = any(request.POST.get(f"effective_on-{part}") for part in ("year", "month", "day"))
        on = law_forms.typed_day(request, "effective_on")
        if typed and on is None:
            raise Invalid(fields={"effective_on": "请填写生效日期。"})
        matters.approve_revision(**common, effective_on=on, key=key)
    else:
        raise NotFound
    messages.success(request, gettext(_DONE[what]))
