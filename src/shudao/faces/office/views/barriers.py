"""Data barriers: what stands between departments' data and the matters that need them, who has to act, since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext

from shudao.contexts.assessment import api as assessment
from shudao.contexts.assessment.contracts import ListedBarrier
from shudao.contexts.exchange.contracts.barriers import CAUSES, FAILS, BarrierKind, Standing
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import day, said
from shudao.faces.office import roles
from shudao.faces.office.disputed import names_of, pages
from shudao.faces.office.rights_forms import matter_names
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text


@allow(*roles.STEERING)
def barriers(request: HttpRequest) -> HttpResponseBase:
    """List the barriers that stand, the oldest first, or those that do no more."""
    word, state, text = (lists.word(request, name) for name in ("kind", "state", "text"))
    kind = BarrierKind(word) if word in set(BarrierKind) else None
    gone, sort = state == "gone", lists.word(request, "sort") or "since"

    def read(number: int, size: int) -> Page[ListedBarrier]:
        return assessment.barriers(kind=kind, gone=gone, text=text, sort=sort, page=number, size=size)

    if request.GET.get("format") == "csv":
        names = (
            "编号",
            "类别",
            "原因",
            "数据或材料",
            "应办部门",
            "等待部门",
            "等待的事项",
            "自",
            "工作日",
            "办件",
            "消除",
        )
        rows = (row for page in pages(read) for row in _rows(page))
        return csv_response(gettext("数据壁垒"), [gettext(one) for one in names], rows)
    page, counts = read(lists.number(request), lists.SIZE), assessment.barrier_counts()
    context = {
        "page": page,
        "shown": [(one, cause(one.barrier.found)) for one in page.items],
        "names": _departments(page.items),
        "kinds": [(one.value, name, counts.get(one, 0)) for one, name in kinds().items()],
        "words": {one.value: name for one, name in kinds().items()},
        "kind": word,
        "state": state,
        "text": text,
        "standing": sum(counts.values()),
    }
    return render(request, "office/barriers.html", context | doors(request))


def kinds() -> dict[BarrierKind, str]:
    """What the kinds are called, in the reader's language."""
    return {
        BarrierKind.REFUSED: gettext("拒绝共享"),
        BarrierKind.LATE: gettext("逾期"),
        BarrierKind.EXPIRED: gettext("授权终止"),
        BarrierKind.UNUSED: gettext("授而未用"),
        BarrierKind.BROKEN: gettext("服务故障"),
        BarrierKind.MISSING: gettext("数据缺失"),
    }


def cause(found: Standing) -> str:
    """Why it stands, in the reader's language; a source that fails with the gateway's code."""
    if found.kind is BarrierKind.BROKEN:
        return f"{said(FAILS)} ({found.cause})"
    return said(CAUSES[found.cause])


def _departments(found: Sequence[ListedBarrier]) -> dict[str, Text]:
    return names_of({code for one in found for code in _sides(one)})


def _rows(found: Sequence[ListedBarrier]) -> Iterator[tuple[object, ...]]:
    names, words = _departments(found), kinds()
    for one in found:
        stands = one.barrier.found
        yield (
            one.barrier.number,
            words[stands.kind],
            cause(stands),
            said(stands.label),
            said(names.get(stands.owner)),
            said(names.get(stands.waiting)),
            gettext("、").join(stands.matters),
            day(stands.since),
            one.age,
            one.cases,
            day(one.barrier.gone_at),
        )


def _sides(one: ListedBarrier) -> tuple[str, str]:
    return one.barrier.found.owner, one.barrier.found.waiting


@allow(*roles.STEERING)
def barrier(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show one barrier: cause, since when, who has to act, which matters wait, what it costs applicants meanwhile."""
    one = assessment.barrier(number)
    found = one.barrier.found
    about = {BarrierKind.REFUSED: "request", BarrierKind.EXPIRED: "grant", BarrierKind.UNUSED: "grant"}
    causes = {"reply": "request", "supply": "grant", "wished": "wish", "promised": "wish", "wish_refused": "wish"}
    context = {
        "one": one,
        "found": found,
        "kind": kinds()[found.kind],
        "cause": cause(found),
        "names": names_of(set(_sides(one))),
        "matters": list(matter_names(found.matters).items()),
        "about": about.get(found.kind) or causes.get(found.cause, ""),
        "opens_rights": roles.holds(request.actor, roles.DATA),  # type: ignore[attr-defined]
        "links": doors(request)["sees_catalogue"],
    }
    return render(request, "office/barrier.html", context | doors(request))
