"""The lines of departments within one division, side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext

from shudao.contexts.assessment import api as assessment
from shudao.faces.cockpit import figures
from shudao.faces.cockpit.access import VIEWERS
from shudao.faces.cockpit.views.places import chosen
from shudao.faces.design.access import allow
from shudao.faces.design.exports import csv_response
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions


@allow(*VIEWERS)
def departments(request: HttpRequest) -> HttpResponseBase:
    """Show every indicator for each line of departments that has facts in the division."""
    division = chosen(request)
    tree = list(assessment.indicators().values())
    names = identity.kind_names()
    scores = assessment.of_departments(division.code)
    table = [
        (names[kind], [figures.figure(one, scores[kind].get(one.code)) for one in tree])
        for kind in sorted(filter(None, scores), key=list(names).index)
    ]
    if request.GET.get("format") == "csv":
        language = get_language() or "zh-hans"
        header = [gettext("部门"), *(one.name.said(language) for one in tree)]
        rows = [[name.said(language), *(one.shown for one in row)] for name, row in table]
        return csv_response(f"{division.name.zh}-{gettext('部门指标')}", header, rows)
    page = {
        "division": division,
        "path": regions.ancestors(division.code),
        "indicators": tree,
        "table": table,
        "publication": assessment.latest(),
    }
    return render(request, "cockpit/departments.html", page)
