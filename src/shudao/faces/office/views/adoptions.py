"""New standards to adopt: what each body owes, what the new version changes, and its answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Adoption, AdoptionState, Differing
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, law_words, own_fields, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date, now

_ALL = (Role.DATA_BUREAU, Role.LEADER)


@allow(*roles.CATALOGUE)
@never_cache
def adoptions(request: HttpRequest) -> HttpResponseBase:
    """List what the member of staff's bodies owe to new versions; the bureau, leaders and keepers see all."""
    word, item = lists.word(request, "state"), lists.word(request, "item")
    state = AdoptionState(word) if word in set(AdoptionState) else None
    bodies = bodies_of(actor_of(request))

    def read(number: int, size: int) -> Page[Adoption]:
        return matters.adoptions(bodies=bodies, item=item, state=state, page=number, size=size)

    if request.GET.get("format") == "csv":
        header = ("事项名称", "基本编码", "版本", "责任部门", "实施清单", "期限", "状态", "理由")
        return csv_response(gettext("新标准落实"), [gettext(one) for one in header], _rows(disputed.pages(read)))
    page = read(lists.number(request), lists.SIZE)
    context = {
        "page": page,
        "names": disputed.names_of({one.body for one in page.items}),
        "state": word,
        "item": item,
        "states": law_words.adoptions(),
        "today": local_date(now()),
    }
    return render(request, "office/adoptions.html", context | doors(request))


def bodies_of(actor: Actor) -> list[str] | None:
    """For which bodies the actor sees what they owe; None for all."""
    unlimited = any(grant.role == Role.MATTER_MANAGER and not grant.department for grant in actor.roles)
    if unlimited or roles.holds(actor, _ALL) or matters.keeps_law(actor):
        return None
    return roles.departments_of(actor, (Role.MATTER_MANAGER,))


def _rows(pages: Iterable[Sequence[Adoption]]) -> Iterator[tuple[object, ...]]:
    states = law_words.adoptions()
    for page in pages:
        names = disputed.names_of({one.body for one in page})
        for one in page:
            about = said(one.name), one.catalog_code, one.version, said(names.get(one.body)), one.implementations
            yield *about, day(one.due_on), states[one.state][0], said(one.reason)


@allow(*roles.CATALOGUE)
@never_cache
def adoption(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show what a new version changes for a body; accept it, or differ with a reason."""
    actor, one = actor_of(request), matters.adoption(number)
    mine = bodies_of(actor)
    answers = matters.answers_for(actor, one.body, one.division)
    if mine is not None and one.body not in mine:
        raise NotFound
    standard = matters.item_at(one.catalog_code, one.version)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _act(request, one, actor)
            messages.success(request, gettext("已落实，实施清单已更新。"))
            return redirect("office:adoption", number=number)
        except Invalid as wrong:
            errors = disputed.faults(wrong)
    codes = matters.decided_by(one.body, one.catalog_code)
    present = matters.implementation(codes[0]) if codes else None
    open_ = one.state is AdoptionState.OPEN
    context = {
        "one": one,
        "present": present,
        "changes": matters.differences(present, standard) if present and open_ else (),
        "body": disputed.names_of({one.body}).get(one.body),
        "states": law_words.adoptions(),
        "answers": answers and open_,
        "late": open_ and one.due_on < local_date(now()),
        "entries": own_fields.entries(request, standard, errors),
        "errors": errors,
        "act": request.POST.get("act", "") if errors else "",
    }
    return render(request, "office/adoption.html", context | doors(request), status=422 if errors else 200)


def _act(request: HttpRequest, one: Adoption, actor: Actor) -> None:
    what, key = request.POST.get("act", ""), request.POST.get("key", "")
    if what == "accept":
        matters.accept_version(number=one.number, acting=actor, now=now(), key=key)
    elif what == "differ":
        standard = matters.item_at(one.catalog_code, one.version)
        reason = Text(request.POST.get("reason", ""), request.POST.get("reason_en", ""))
        wanted = Differing(own_fields.typed(request, standard), reason)
        matters.differ_from_version(number=one.number, wanted=wanted, acting=actor, now=now(), key=key)
    else:
        raise NotFound
