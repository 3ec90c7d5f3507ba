"""The work list of a clerk or a reviewer."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import STATE_NAMES, CaseRow, State, WorkFilter
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.window.staff import STAFF, division_of
from shudao.kernel.time import local_date, now

_OPEN = (State.RECEIVED, State.ACCEPTED, State.IN_REVIEW, State.SUPPLEMENT)
_SOON = 2
_MOST_EXPORTED = 10_000


@allow(*STAFF)
def work(request: HttpRequest) -> HttpResponseBase:
    """List the cases this officer may work on, nearest due day first."""
    filters = read_filter(request)
    actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if request.GET.get("format") == "csv":
        return export(request, filters)
    page = cases.work_list(actor, filters, page=page_number(request), now=now())
    counts = cases.work_counts(actor)
    late = cases.work_list(actor, WorkFilter(states=_OPEN, due="overdue"), size=1, now=now()).total
    return render(
        request,
        "window/work.html",
        {
            "page": page,
            "shown": [(row, *urgency(row)) for row in page.items],
            "late": late,
            "all": request.GET.get("state") == "all",
            "filters": filters,
            "division": division_of(actor),
            "counts": [(STATE_NAMES[state], state, counts.get(state, 0)) for state in _OPEN],
            "states": [(state.value, STATE_NAMES[state]) for state in State],
        },
    )


def read_filter(request: HttpRequest) -> WorkFilter:
    """The filter that the address asks for; words that are none are refused by the room."""
    asked = request.GET.get("state", "")
    states = tuple(State(code) for code in asked.split(",") if code in {state.value for state in State})
    return WorkFilter(
        states=states or (_OPEN if asked != "all" else ()),
        due=request.GET.get("due", ""),
        channel=request.GET.get("channel", ""),
        text=request.GET.get("text", "").strip()[:60],
        sort=request.GET.get("sort", "due"),
    )


def page_number(request: HttpRequest) -> int:
    """The page asked for; the first for anything that is no number."""
    text = request.GET.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def urgency(row: CaseRow) -> tuple[date | None, str, str]:
    """The day by which a case is to be done, how pressing that is ("late", "today", "soon" or ""), and in words."""
    due = row.due_promised or row.due_legal
    if due is None or row.paused or row.state not in _OPEN:
        return due, "", ""
    left = (due - local_date(now())).days
    if left < 0:
        return due, "late", gettext("已超期 {days} 天").format(days=-left)
    if left == 0:
        return due, "today", gettext("今天到期")
    return due, "soon" if left <= _SOON else "", gettext("还有 {days} 天").format(days=left)


def export(request: HttpRequest, filters: WorkFilter) -> HttpResponseBase:
    """The list as CSV, page by page, at most ten thousand rows."""
    language = get_language() or "zh-hans"
    header = [
        gettext(name)
        for name in ("办件编号", "事项", "申请人", "状态", "收件时间", "承诺办结日", "法定办结日", "到场次数")
    ]

    def rows() -> object:
        number = 1
        while (number - 1) * 200 < _MOST_EXPORTED:
            page = cases.work_list(request.actor, filters, page=number, size=200, now=now())  # type: ignore[attr-defined]
            yield from (cells(row, language) for row in page.items)
            if number >= page.pages:
                return
            number += 1

    return csv_response(gettext("工作清单"), header, rows())  # type: ignore[arg-type]


def cells(row: CaseRow, language: str) -> list[object]:
    """One case as the cells of the export; names stay masked."""
    return [
        row.number,
        row.matter.said(language),
        row.company_name or row.applicant_name,
        row.state_name.said(language),
        row.received_at.isoformat(timespec="minutes"),
        row.due_promised,
        row.due_legal,
        row.visits,
    ]
