"""What an officer does to a case: each act is one POST with its own key, so sending it twice has one effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_POST

from shudao.contexts.cases import api as cases
from shudao.faces.design.access import allow
from shudao.faces.window.staff import STAFF, division_of, place_of
from shudao.faces.window.views import case as page
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files import api as files
from shudao.kernel.errors import Invalid, NotFound
from shudao.kernel.time import now


@allow(*STAFF)
@require_POST
def act(request: HttpRequest, number: str, act: str) -> HttpResponseBase:
    """Do it, say that it is done, and go back to the case."""
    if act not in _ACTS:
        raise NotFound
    do, done = _ACTS[act]
    actor = request.actor  # type: ignore[attr-defined]
    try:
        do(request, {"case": number, "acting": actor, "now": now(), "key": request.POST.get("key", "")})
    except Invalid as refused:
        errors = {entry_of(act, name): gettext(sentence) for name, sentence in refused.fields.items()}
        return page.show(request, cases.case(number, acting=actor), errors=errors, tried=act)
    messages.success(request, gettext(done))
    return redirect("window:case", number=number)


def entry_of(act: str, name: str) -> str:
    """The entry of the page's form at which a fault of the room's is shown: names are the page's own, each once."""
    return _ENTRIES.get((act, name), name).replace("material:", "material-")


def _text(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()


def _where(actor: Actor) -> str:
    place = place_of(actor)
    return place.code if place else division_of(actor).code


def _accept(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.accept(**common)


def _refuse_acceptance(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.refuse_acceptance(reason=_text(request, "reason"), remedy=_text(request, "instead"), **common)


def _ask_supplement(request: HttpRequest, common: dict[str, Any]) -> None:
    wanted = tuple(request.POST.getlist("materials"))
    cases.return_for_supplement(materials=wanted, note=_text(request, "note"), **common)


def _supplement(request: HttpRequest, common: dict[str, Any]) -> None:
    acting: Actor = common["acting"]
    moment: datetime = common["now"]
    given = {
        name.removeprefix("material-"): files.store(upload, name=upload.name or name, acting=acting, now=moment)
        for name, upload in request.FILES.items()
    }
    cases.supplement(files=given, note=_text(request, "handed"), place=_where(acting), **common)


def _review(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.review(opinion=_text(request, "remark"), **common)


def _suspend(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.suspend(reason=_text(request, "pause"), basis=_text(request, "notice"), **common)


def _resume(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.resume(**common)


def _decide(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.decide(
        decision=_text(request, "decision"),
        opinion=_text(request, "opinion"),
        basis=_text(request, "basis"),
        remedy=_text(request, "remedy"),
        **common,
    )


def _deliver(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.deliver(how=_text(request, "how"), place=_where(common["acting"]), **common)


def _check_in(request: HttpRequest, common: dict[str, Any]) -> None:
    cases.check_in(place=_where(common["acting"]), purpose=_text(request, "purpose"), **common)


_ENTRIES = {
    ("review", "opinion"): "remark",
    ("refuse_acceptance", "remedy"): "instead",
    ("suspend", "reason"): "pause",
    ("suspend", "basis"): "notice",
    ("supplement", "files"): "files",
}
_ACTS: dict[str, tuple[Callable[[HttpRequest, dict[str, Any]], None], str]] = {
    "accept": (_accept, gettext_noop("已受理，办理时限从下一个工作日起算。")),
    "refuse_acceptance": (_refuse_acceptance, gettext_noop("已作出不予受理决定，并已告知申请人。")),
    "ask_supplement": (_ask_supplement, gettext_noop("已一次性告知申请人需要补正的内容，时限暂停。")),
    "supplement": (_supplement, gettext_noop("补正材料已收到，时限继续计算。")),
    "review": (_review, gettext_noop("审查意见已记录。")),
    "suspend": (_suspend, gettext_noop("时限已暂停；程序结束后请恢复计时。")),
    "resume": (_resume, gettext_noop("时限已恢复计算。")),
    "decide": (_decide, gettext_noop("决定已作出，并已告知申请人。")),
    "deliver": (_deliver, gettext_noop("送达已记录。")),
    "check_in": (_check_in, gettext_noop("到场已记录。")),
}
