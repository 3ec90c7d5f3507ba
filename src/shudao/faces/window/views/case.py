"""One case as its officers see it, with what they may do now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext, gettext_noop

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import CaseView, Purpose
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Article
from shudao.faces.design import schema_forms
from shudao.faces.design.access import allow
from shudao.faces.window.staff import STAFF
from shudao.foundation.clocks.contracts import PauseReason
from shudao.foundation.identity import api as identity

_PURPOSES = {
    Purpose.SUBMIT: gettext_noop("提交申请"),
    Purpose.SUPPLEMENT: gettext_noop("补正材料"),
    Purpose.INSPECTION: gettext_noop("现场核验"),
    Purpose.PICKUP: gettext_noop("领取结果"),
    Purpose.OTHER: gettext_noop("其他"),
}
_PAUSES = {
    PauseReason.HEARING: gettext_noop("听证"),
    PauseReason.TENDER: gettext_noop("招标"),
    PauseReason.AUCTION: gettext_noop("拍卖"),
    PauseReason.INSPECTION: gettext_noop("检验"),
    PauseReason.TESTING: gettext_noop("检测"),
    PauseReason.QUARANTINE: gettext_noop("检疫"),
    PauseReason.APPRAISAL: gettext_noop("鉴定"),
    PauseReason.EXPERT_REVIEW: gettext_noop("专家评审"),
}


@allow(*STAFF)
def case(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show the case."""
    view = cases.case(number, acting=request.actor)  # type: ignore[attr-defined]
    return show(request, view)


def show(
    request: HttpRequest,
    view: CaseView,
    *,
    errors: dict[str, str] | None = None,
    tried: str = "",
    revealed: str = "",
) -> HttpResponseBase:
    """Draw the page: a form that was refused is open and filled in again; `revealed` is a whole resident ID."""
    form = matters.form(view.form_code, version=view.form_version)
    matter = matters.implementation(view.row.task_code)
    articles = matters.articles(matter.by_law)
    context = {
        "case": view,
        "row": view.row,
        "matter": matter,
        "articles": articles,
        "answers": schema_forms.answers(form, view.data),
        "actions": {action.value for action in view.actions},
        "applicant": identity.find_persons([view.applicant]).get(view.applicant),
        "revealed": revealed,
        "purposes": [(one.value, gettext(_PURPOSES[one])) for one in Purpose],
        "pauses": [(one.value, gettext(_PAUSES[one])) for one in PauseReason],
        "basis": [(code, cited(article)) for code, article in articles.items()],
        "errors": errors or {},
        "tried": tried,
        "sent": request.POST,
    }
    return render(request, "window/case.html", context, status=422 if errors else 200)


def cited(article: Article) -> str:
    """An article as people cite it."""
    language = get_language() or "zh-hans"
    return f"{article.document.said(language)} {article.number} {article.title.said(language)}".rstrip()
