"""Find divisions: upper levels from memory, villages from the table."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, Count, IntegerField, Q, Value, When

from shudao.foundation.regions import models
from shudao.foundation.regions.contracts import TOWNSHIP, VILLAGE, Division, DivisionNotFound, Zone
from shudao.foundation.regions.queries.upper import forget, told, upper
from shudao.foundation.regions.rules import codes
from shudao.kernel.texts import Text

_CHUNK = 500


def get(code: str) -> Division:
    held = upper().divisions.get(code)
    if held is not None:
        return held
    row = models.Division.objects.filter(pk=codes.check(code)).first()
    if row is None:
        raise DivisionNotFound()
    if row.level <= TOWNSHIP:
        # Loaded by another process since this one looked.
        forget()
    return told(row)


def find(wanted: Iterable[str]) -> dict[str, Division]:
    held, wanted = upper().divisions, set(wanted)
    found = {code: held[code] for code in wanted if code in held}
    rest = sorted(code for code in wanted - found.keys() if code.isalnum())
    for start in range(0, len(rest), _CHUNK):
        rows = models.Division.objects.filter(pk__in=rest[start : start + _CHUNK])
        found.update({row.code: told(row) for row in rows})
    return found


def children(code: str) -> list[Division]:
    division = get(code)
    if division.level < TOWNSHIP:
        held = upper()
        return [held.divisions[below] for below in held.below.get(code, [])]
    return [told(row) for row in models.Division.objects.filter(parent=code).order_by("code")]


def ancestors(code: str) -> list[Division]:
    line = [get(code)]
    while line[0].parent is not None:
        line.insert(0, get(line[0].parent))
    return line


def roots() -> list[Division]:
    held = upper()
    return [held.divisions[code] for code in held.below.get(None, [])]


def listing(*, level: int | None, below: str | None) -> list[Division]:
    low, high = ("", "") if below is None else codes.span(below)
    if level is not None and level <= TOWNSHIP:
        held = upper().divisions.values()
        return [one for one in held if one.level == level and (not high or low <= one.code <= high)]
    rows = models.Division.objects.all()
    if level is not None:
        rows = rows.filter(level=level)
    if below is not None:
        rows = rows.filter(code__range=(low, high))
    return [told(row) for row in rows.order_by("code")]


def counts() -> dict[int, int]:
    rows = models.Division.objects.filter(counted=True).values("level").annotate(number=Count("code"))
    found = {row["level"]: row["number"] for row in rows}
    return {level: found.get(level, 0) for level in range(1, VILLAGE + 1)}


def search(text: str, *, level: int | None, limit: int) -> list[Division]:
    text = text.strip()
    # Control characters are in no name, and PostgreSQL refuses to look for some of them.
    if not text or not text.isprintable():
        return []
    rows = models.Division.objects.filter(Q(name__icontains=text) | Q(name_en__icontains=text))
    if level is not None:
        rows = rows.filter(level=level)
    nearest = Case(
        When(Q(name__iexact=text) | Q(name_en__iexact=text), then=Value(0)),
        When(Q(name__istartswith=text) | Q(name_en__istartswith=text), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return [told(row) for row in rows.annotate(nearest=nearest).order_by("nearest", "level", "code")[:limit]]


def population(code: str) -> int | None:
    codes.check(code)
    return upper().population.get(code)


def zones() -> list[Zone]:
    return [Zone(row.code, Text(row.name, row.name_en)) for row in models.Zone.objects.order_by("position")]
