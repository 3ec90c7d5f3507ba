"""How far the standard is put into practice: rates up the tree of divisions, by rule and by kind of body."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from shudao.contexts.conformance import api as conformance
from shudao.contexts.conformance.contracts.findings import Rate
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.faces.design.templatetags.design import percent, said
from shudao.faces.office import roles
from shudao.faces.office.views import lists
from shudao.faces.office.views.start import doors
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import COUNTY, Division
from shudao.kernel.texts import Text

Row = tuple[Division, Rate]


@allow(*roles.CATALOGUE)
def overview(request: HttpRequest) -> HttpResponseBase:
    """Show the rates of a division and of those directly below it."""
    code = lists.word(request, "division")
    division = regions.get(code) if code else regions.roots()[0]
    rows = ordered(_rows(division), lists.word(request, "sort"))
    if request.GET.get("format") == "csv":
        return _export(division, rows)
    rules, kinds = conformance.rules(), identity.kind_names()
    by_kind = conformance.rates_by_kind(division.code)
    context: dict[str, Any] = {
        "division": division,
        "path": regions.ancestors(division.code),
        "whole": conformance.rate(division.code),
        "rows": rows,
        "by_rule": [(rules[one.key], one) for one in conformance.rates_by_rule(division.code) if one.deviating],
        "rules": len(rules),
        "by_kind": [(kinds.get(kind, Text(kind)), one) for kind, one in by_kind.items()],
        "run": conformance.last_run(),
        "map": _chart(rows, division) if division.level < COUNTY else None,
        "boundaries": reverse("cockpit:boundaries", args=[division.code]),
        "waiting": conformance.asked_exemptions(size=1).total,
    }
    return render(request, "office/conformance.html", context | doors(request))


def _rows(division: Division) -> list[Row]:
    rates = conformance.rates_by_division(division.code)
    known = regions.find(rates)
    return [(known[code], rate) for code, rate in rates.items() if code in known]


def ordered(rows: list[Row], sort: str) -> list[Row]:
    """By code, or by what `sort` names."""
    keys = {
        "implementations": lambda row: row[1].implementations,
        "deviating": lambda row: row[1].deviating,
        "share": lambda row: row[1].share or 0.0,
    }
    key = keys.get(sort.lstrip("-"), lambda row: row[0].code)
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def _chart(rows: list[Row], division: Division) -> dict[str, Any]:
    """What chart.js draws the map from: the share in order of each division below."""
    shown = [(one, rate) for one, rate in rows if one.code != division.code]
    values = [None if rate.share is None else round(100 * rate.share, 2) for _, rate in shown]
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 100.0)
    return {
        "title": gettext("合规率"),
        "low": min(low, high - 0.1),
        "high": high,
        "unit": "%",
        "labels": [said(one.name) for one, _ in shown],
        "codes": [one.code[:6] for one, _ in shown],
        "links": [f"?division={one.code}" for one, _ in shown],
        "series": [{"name": gettext("合规率"), "values": values}],
    }


def _export(division: Division, rows: list[Row]) -> HttpResponseBase:
    header = [gettext(one) for one in ("代码", "地区", "实施清单", "有问题的", "合规率")]
    lines = (
        (one.code, said(one.name), rate.implementations, rate.deviating, percent(rate.share)) for one, rate in rows
    )
    return csv_response(f"{division.name.zh}-{gettext('合规比对')}", header, lines)
