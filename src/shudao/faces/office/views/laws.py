"""The legal registry: documents, articles with all that rests on them, and how an article is amended or repealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Document, DocumentOrder, LawStatus
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import disputed, law_forms, law_words, roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import VILLAGE
from shudao.kernel.errors import Invalid
from shudao.kernel.paging import Page
from shudao.kernel.time import local_date, now

_ORDERS = {"": DocumentOrder.TITLE, "-in_force": DocumentOrder.LATEST, "-cited": DocumentOrder.MOST_CITED}


@allow(*roles.CATALOGUE)
def laws(request: HttpRequest) -> HttpResponseBase:
    """List the registry, and the changes that are not in force yet."""
    text, kind, status = (lists.word(request, name) for name in ("text", "kind", "status"))
    order = _ORDERS.get(lists.word(request, "sort"), DocumentOrder.TITLE)
    standing = LawStatus(status) if status in set(LawStatus) else None

    def read(number: int, size: int) -> Page[Document]:
        return matters.documents(text=text, kind=kind, status=standing, order=order, page=number, size=size)

    if request.GET.get("format") == "csv":
        names = ("法规文件", "文号", "种类", "状态", "发布日期", "施行日期", "登记条文", "引用事项")
        return csv_response(gettext("法规库"), [gettext(one) for one in names], _rows(disputed.pages(read)))
    pending = matters.law_changes(pending=True)
    context = {
        "page": read(lists.number(request), lists.SIZE),
        "text": text,
        "kind": kind,
        "status": status,
        "sort": lists.word(request, "sort"),
        "pending": pending.items,
        "changed": matters.articles(one.article for one in pending.items),
        **_words(),
    }
    return render(request, "office/laws.html", context | doors(request))


def _words() -> dict[str, object]:
    return {
        "kinds": law_words.kinds(),
        "statuses": law_words.statuses(),
        "change_words": law_words.changes(),
        "change_kinds": law_words.change_kinds(),
        "places": law_words.places(),
    }


def _rows(pages: Iterable[Sequence[Document]]) -> Iterator[tuple[object, ...]]:
    kinds, statuses = law_words.kinds(), law_words.statuses()
    for page in pages:
        for one in page:
            about = said(one.title), one.number, kinds.get(one.kind, one.kind), statuses[one.status][0]
            yield *about, day(one.days.issued), day(one.days.in_force), one.articles, one.cited_by


@allow(*roles.CATALOGUE)
def document(request: HttpRequest, document: str) -> HttpResponseBase:
    """Show a document with its articles and how many matters cite each."""
    found = matters.document(document)
    articles = matters.articles_of(document)
    citing = matters.citing(one.code for one in articles)
    shown = [(one, len(citing[one.code])) for one in articles]
    return render(request, "office/law.html", {"one": found, "shown": shown, **_words()} | doors(request))


@allow(*roles.CATALOGUE)
@never_cache
def article(request: HttpRequest, document: str, number: str) -> HttpResponseBase:
    """Show an article with all that rests on it; amend or repeal it, confirm what somebody else entered."""
    actor, one = actor_of(request), matters.article(f"{document}:{number}")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            messages.success(request, law_forms.act(request, one, actor))
            return redirect("office:law-article", document=document, number=number)
        except Invalid as wrong:
            errors = {"act_name" if name == "act" else name: told for name, told in disputed.faults(wrong).items()}
    inside = lists.word(request, "division") or regions.roots()[0].code
    impact = matters.impact(one.code, division=inside)
    changes = matters.law_changes(article=one.code).items
    pending = next((found for found in changes if found.state in ("proposed", "confirmed")), None)
    context = {
        "one": one,
        "impact": impact,
        "inside": regions.ancestors(inside),
        "opens": regions.get(inside).level < VILLAGE,
        "owners": disputed.names_of({item.department for item in impact.items}),
        "readings": matters.readings(one.code),
        "changes": changes,
        "pending": pending,
        "keeps": matters.keeps_law(actor),
        "own": pending is not None and pending.proposed_by == actor.account,
        "entries": law_forms.entries(request, one, errors, local_date(now())),
        "errors": errors,
        "act": request.POST.get("act", "") if errors else "",
        "sent": request.POST,
        **_words(),
    }
    return render(request, "office/law_article.html", context | doors(request), status=422 if errors else 200)
