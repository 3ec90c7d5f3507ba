"""The map and the table of the divisions below one division."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from shudao.contexts.assessment import api as assessment
from shudao.contexts.assessment.contracts import Indicator
from shudao.contexts.conformance import api as conformance
from shudao.faces.cockpit import figures
from shudao.faces.cockpit.access import CATALOGUE, VIEWERS
from shudao.faces.design.access import actor_of, allow
from shudao.faces.design.exports import csv_response
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import COUNTY, Division, DivisionNotFound

_FIRST = "declared_online_rate"


@allow(*VIEWERS)
def places(request: HttpRequest) -> HttpResponseBase:
    """Show every indicator of a division, and one of them for all divisions below it."""
    division = chosen(request)
    tree = assessment.indicators()
    indicator = tree.get(request.GET.get("indicator", ""), tree[_FIRST])
    below = [] if division.level >= COUNTY else regions.children(division.code)
    scores = assessment.of_divisions([division.code, *(child.code for child in below)])
    here = [figures.figure(one, scores.get(one.code, {}).get(division.code)) for one in tree.values()]
    table = [
        (child, [figures.figure(one, scores.get(one.code, {}).get(child.code)) for one in tree.values()])
        for child in ordered(below, request.GET.get("sort", ""), scores)
    ]
    if request.GET.get("format") == "csv":
        return export(division, list(tree.values()), table)
    page: dict[str, Any] = {
        "division": division,
        "path": regions.ancestors(division.code),
        "indicator": indicator,
        "indicators": list(tree.values()),
        "here": here,
        "table": table,
        "publication": assessment.latest(),
        "map": chart(indicator, below, scores.get(indicator.code, {})) if below else None,
        "scale": scale(indicator, below, scores.get(indicator.code, {})),
        "boundaries": reverse("cockpit:boundaries", args=[division.code]),
        "conformance": conformance.rate(division.code),
        "sees_conformance": any(grant.role in CATALOGUE for grant in actor_of(request).roles),
    }
    return render(request, "cockpit/places.html", page)


def chosen(request: HttpRequest) -> Division:
    """The division of `?division=`, the province without one. Raises DivisionNotFound below a county."""
    code = request.GET.get("division", "")
    division = regions.get(code) if code else regions.roots()[0]
    if division.level > COUNTY:
        raise DivisionNotFound
    return division


def ordered(below: list[Division], sort: str, scores: dict[str, dict[str, Any]]) -> list[Division]:
    """The divisions by code, or by the indicator that `sort` names ("-": highest first); no data comes last."""
    by_code = scores.get(sort.lstrip("-"), {})
    if not by_code:
        return sorted(below, key=lambda child: child.code)
    sign = -1 if sort.startswith("-") else 1

    def rank(child: Division) -> tuple[bool, float, str]:
        score = by_code.get(child.code)
        missing = score is None or score.value is None
        return missing, 0.0 if missing else sign * float(score.value), child.code

    return sorted(below, key=rank)


def chart(indicator: Indicator, below: list[Division], scores: dict[str, Any]) -> dict[str, Any]:
    """What chart.js draws the map from."""
    language = get_language() or "zh-hans"
    values = [figures.figure(indicator, scores.get(child.code)).number for child in below]
    links = [f"?division={child.code}&indicator={indicator.code}" for child in below]
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if high - low < 0.1:  # all but equal: one colour would be the scale's end and say nothing
        low = high - 0.1
    return {
        "title": indicator.name.said(language),
        "low": round(low, 2),
        "high": round(high, 2),
        "unit": "%" if indicator.kind == "share" else "",
        "labels": [child.name.said(language) for child in below],
        "codes": [child.code[:6] for child in below],
        "links": links,
        "series": [{"name": indicator.name.said(language), "values": values}],
    }


@dataclass(frozen=True, slots=True)
class Scale:
    """What the map's colours stand for: the ends as people read them, None where there is no data at all."""

    lowest: str
    highest: str
    known: int
    missing: int


def scale(indicator: Indicator, below: list[Division], scores: dict[str, Any]) -> Scale | None:
    """The ends of the scale, and how many divisions have a figure; equal ends mean that all are alike."""
    shown = [figures.figure(indicator, scores.get(child.code)) for child in below]
    known = sorted((one for one in shown if one.number is not None), key=lambda one: one.number or 0.0)
    if not known:
        return None
    return Scale(known[0].shown, known[-1].shown, len(known), len(shown) - len(known))


def export(division: Division, tree: list[Indicator], table: list[tuple[Division, list[figures.Figure]]]) -> Any:
    """The table as CSV: each figure with its numerator and denominator."""
    language = get_language() or "zh-hans"
    header = [gettext("代码"), gettext("地区")]
    for one in tree:
        header += [one.name.said(language), gettext("分子"), gettext("分母")]
    rows = [
        [
            child.code,
            child.name.said(language),
            *(cell for one in row for cell in (one.shown, one.numerator, one.denominator)),
        ]
        for child, row in table
    ]
    return csv_response(f"{division.name.zh}-{gettext('指标')}", header, rows)
