"""The outlines that a map of one division's children needs."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from shudao.faces.cockpit.access import VIEWERS
from shudao.faces.design.access import allow
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import COUNTY, DivisionNotFound


@allow(*VIEWERS)
def boundaries(request: HttpRequest, code: str) -> JsonResponse:
    """Answer with GeoJSON: prefectures of the province, or counties of a prefecture."""
    division = regions.get(code)
    if division.level >= COUNTY:
        raise DivisionNotFound
    whole = regions.boundaries(division.level + 1)
    prefix = code[: 2 * division.level]
    shapes = [shape for shape in whole["features"] if shape["properties"]["code"].startswith(prefix)]
    answer = JsonResponse({"type": "FeatureCollection", "features": shapes})
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
