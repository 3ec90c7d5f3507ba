"""What the member of staff's departments owe by a day, and closing it with what shows that it is done."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from shudao.contexts.conformance.contracts.findings import FINDING_DUTY
from shudao.contexts.exchange.contracts.disputes import CLOSED_BY_ANSWER
from shudao.contexts.exchange.contracts.registry import KEY_DUTY
from shudao.contexts.matters.contracts import ADOPT, REVISE, REVISE_OWN, LawChangeKind
from shudao.contexts.pool.contracts.quality import (
    CORRECTION,
)
from shudao.faces.design.access import allow
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.duties import api as owed
from shudao.foundation.duties.contracts import Duty, DutyOrder, DutyState
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import Conflict, NotFound
from shudao.kernel.paging import Page
from shudao.kernel.time import now


class ClosesByItself(Conflict):
    """A correction is done when the data are, not when somebody says so."""

    code = "office.closes_by_itself"
    says = "数据更正任务不能手工办结：报送的数据符合规则后自动办结。"
    advice = "请更正数据后重新报送。"


class ClosesByAnswer(Conflict):
    """A correction, dispute or question is done when it is answered, not when somebody says so."""

    code = "office.closes_by_answer"
    says = "这项任务不能手工办结：作出答复或裁决后自动办结。"
    advice = "请在异议核实、争议协调或数据使用询问中办理。"


class ClosesByKey(Conflict):
    """A key that ends is replaced, not talked about."""

    code = "office.closes_by_key"
    says = "这项任务不能手工办结：登记新的公钥后自动办结。"
    advice = "请在业务系统中登记新的公钥。"


class ClosesByRevision(Conflict):
    """A matter is brought to the law, or to its new standard, in the catalogue, not by saying so."""

    code = "office.closes_by_revision"
    says = "这项任务不能手工办结：发布修订或落实新标准后自动办结。"
    advice = "请在事项修订或新标准落实中办理。"


class ClosesByCheck(Conflict):
    """A deviation is put right, or allowed by somebody else; saying so changes nothing."""

    code = "office.closes_by_check"
    says = "这项任务不能手工办结：复核通过或者例外获准后自动办结。"
    advice = "请在合规比对中查看问题，改正实施清单或者申请例外。"


@allow(*roles.OWNERS)
def duties(request: HttpRequest) -> HttpResponseBase:
    """List the duties of one's own department; the data bureau sees every department's."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = lists.word(request, "state")
    state = DutyState(asked) if asked in set(DutyState) else None
    page: Page[Duty] = Page((), 1, lists.SIZE, 0)
    owner = owner_of(actor)
    if owner is not None:
        page = owed.listing(owner=owner, state=state, order=DutyOrder.DUE, page=lists.number(request))
    owners = identity.find_departments({one.owner for one in page.items})
    context = {"page": page, "state": asked, "owners": owners, "correction": CORRECTION, "answered": CLOSED_BY_ANSWER}
    context |= {"key_ends": KEY_DUTY, "deviates": FINDING_DUTY}
    context |= {"catalogue_does": [one.number for one in page.items if closes_in_catalogue(one)]}
    return render(request, "office/duties.html", context | doors(request))


def closes_in_catalogue(duty: Duty) -> bool:
    """Whether only the catalogue closes it. An amended article may leave a matter as it is: that may be said."""
    if duty.kind in (REVISE, REVISE_OWN):
        return duty.evidence.get("kind") == LawChangeKind.REPEAL
    return duty.kind == ADOPT


def owner_of(actor: Actor) -> str | None:
    """Whose duties the actor sees: "" for everybody's, None for nobody's."""
    if roles.holds(actor, (roles.Role.DATA_BUREAU,)):
        return ""
    return next(iter(roles.departments_of(actor, roles.OWNERS)), None)


@allow(*roles.OWNERS)
@require_POST
def close(request: HttpRequest, number: str) -> HttpResponseBase:
    """Close one of the department's own duties."""
    actor = request.actor  # type: ignore[attr-defined]
    duty = owed.get(number)
    if duty.owner not in roles.departments_of(actor, roles.OWNERS):
        raise NotFound
    if duty.kind == CORRECTION:
        raise ClosesByItself
    if closes_in_catalogue(duty):
        raise ClosesByRevision
    if duty.kind == FINDING_DUTY:
        raise ClosesByCheck
    if duty.kind == KEY_DUTY:
        raise ClosesByKey
    if duty.kind in CLOSED_BY_ANSWER:
        raise ClosesByAnswer
    done = request.POST.get("done", "").strip()[:500]
    owed.close(number, evidence={"done": done} if done else {}, acting=actor, now=now())
    messages.success(request, gettext("任务已办结。"))
    return redirect("office:duties")
