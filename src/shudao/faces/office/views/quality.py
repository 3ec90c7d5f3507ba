"""The quality of the pool's data: every dataset's score by dimension, one dataset over time, the way of its rows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
    DatasetRow,
)
from shudao.contexts.pool.contracts.quality import (
    CORRECTION,
    BatchScore,
)
from shudao.faces.design.access import actor_of, allow
from shudao.faces.office import quality_words, roles
from shudao.faces.office.views.start import doors
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import Duty
from shudao.foundation.identity import api as identity
from shudao.kernel.time import local_date, now

ORDER = tuple(quality_words.DIMENSIONS)
USE_DAYS = 30


@allow(*roles.DATA)
def quality(request: HttpRequest) -> HttpResponseBase:
    """Show every dataset's scores, every department's, and which datasets nobody asks for."""
    scores, rows = pool.latest_scores(), pool.datasets()
    order = reckoned(scores.values())
    today = local_date(now())
    departments = pool.department_scores()
    named = identity.find_departments(list(departments))
    context = {
        "dimensions": [quality_words.dimension(one) for one in order],
        "rows": [(row, cells(scores.get(row.code), order)) for row in rows],
        "chart": bars(rows, scores),
        "departments": [(named[code].name, value) for code, value in departments.items() if code in named],
        "use": pool.use(since=today - timedelta(days=USE_DAYS - 1), until=today),
        "titles": {row.code: row.title for row in rows},
        "days": USE_DAYS,
        "may_propose": roles.holds(actor_of(request), roles.DECIDERS),
    }
    return render(request, "office/quality.html", context | doors(request))


def reckoned(scores: Iterable[BatchScore]) -> list[str]:
    """The dimensions that any of the scores has, in order; the whole is always one."""
    found = {dimension for score in scores for dimension in score.dimensions} | {""}
    return [dimension for dimension in ORDER if dimension in found]


def cells(score: BatchScore | None, order: list[str]) -> list[tuple[str, float | None]]:
    """The dimensions' names and scores in the order of the columns, None where there is none."""
    found = score.dimensions if score else {}
    return [(quality_words.dimension(dimension), found.get(dimension)) for dimension in order]


def bars(rows: list[DatasetRow], scores: dict[str, BatchScore]) -> dict[str, object] | None:
    """The chart of the datasets' scores, None where there is no score yet."""
    scored = [row for row in rows if row.code in scores]
    if not scored:
        return None
    language = get_language() or "zh-hans"
    return {
        "title": gettext("数据集质量总分"),
        "unit": "%",
        "labels": [row.title.said(language) for row in scored],
        "series": [
            {
                "name": gettext("总分"),
                "values": [percent(scores[row.code].dimensions.get("", 0.0)) for row in scored],
            }
        ],
    }


def percent(value: float) -> float:
    """A share of one as a figure on a chart."""
    return round(value * 100, 2)


@allow(*roles.DATA)
def dataset(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show one dataset's scores over time and what its department owes."""
    contract, scores = pool.contract(code), pool.scores(code)
    owed, order = duties.listing(kind=CORRECTION, subject=code, size=50), reckoned(scores)
    context = {
        "contract": contract,
        "dimensions": [quality_words.dimension(one) for one in order],
        "rows": [(one, cells(one, order)) for one in scores],
        "chart": lines(scores),
        "duties": [(one, _rule(contract, one), quality_words.titled(contract, _sample(one))) for one in owed.items],
        "owners": identity.find_departments({one.owner for one in owed.items}),
        "may_change": pool.may_change(actor_of(request), code),
        "underway": quality_words.underway(pool.underway(code)),
    }
    return render(request, "office/quality_dataset.html", context | doors(request))


def _rule(contract: DatasetContract, duty: Duty) -> str:
    """The rule that a correction is owed for, in words."""
    return quality_words.reason(contract, str(duty.evidence.get("rule", "")), get_language() or "zh-hans")


def _sample(duty: Duty) -> list[dict[str, object]]:
    """The masked rows that a correction was opened with; gone once it is closed."""
    return [] if duty.closed_on else list(duty.evidence.get("sample", ()))


def lines(scores: list[BatchScore]) -> dict[str, object] | None:
    """The chart of a dataset's scores over time, oldest first; None before there are two."""
    if len(scores) < 2:
        return None
    ordered = scores[::-1]
    lowest = min((value for one in scores for value in one.dimensions.values()), default=0.0)
    return {
        "title": gettext("质量变化"),
        "unit": "%",
        "labels": [f"{local_date(one.received_at):%m-%d} #{one.snapshot}" for one in ordered],
        # Scores lie close to 100 %: an axis from 0 would show one line.
        "low": max(0, math.floor(percent(lowest)) - 1),
        "series": [
            {
                "name": quality_words.dimension(dimension),
                "values": [
                    percent(value) if (value := one.dimensions.get(dimension)) is not None else None for one in ordered
                ],
            }
            for dimension in reckoned(scores)
        ],
    }


@allow(*roles.DATA)
def lineage(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show the way of a dataset's rows from the deliveries to the index."""
    number = request.GET.get("batch", "")[:26]
    context = {"contract": pool.contract(code), "rows": pool.lineage(code, batch=number), "batch": number}
    return render(request, "office/quality_lineage.html", context | doors(request))
