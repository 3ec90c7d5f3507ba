"""Put a province's divisions into the tables: again and again with the same outcome, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox
from shudao.foundation.regions import models
from shudao.foundation.regions.contracts import Counts
from shudao.foundation.regions.queries import divisions, upper
from shudao.foundation.regions.rules import codes
from shudao.foundation.regions.services.read_extract import Extract, Row, read
from shudao.kernel.time import now

Told = Callable[[int, int], None]
_BATCH = 4000
_DELETE = 500
_FIELDS = ["name", "name_en", "level", "parent", "zone", "counted", "population"]


def load(folder: Path, *, told: Told) -> Counts:
    extract = read(folder)
    with outbox.unit_of_work():
        _write_zones(extract)
        _write_divisions(extract, told)
        _write_boundaries(extract)
        audit.record(
            acting=SYSTEM,
            action="regions.load",
            target=extract.manifest.province,
            now=now(),
            after={"edition": extract.manifest.edition, "counts": extract.manifest.counts},
        )
        upper.forget_until_committed()
    return Counts(
        units=divisions.counts(),
        uncounted=models.Division.objects.filter(counted=False).count(),
        zones=models.Zone.objects.count(),
    )


def _write_divisions(extract: Extract, told: Told) -> None:
    rows = sorted(extract.rows, key=lambda row: (row.level, row.code))
    for start in range(0, len(rows), _BATCH):
        batch = [_stored(row) for row in rows[start : start + _BATCH]]
        models.Division.objects.bulk_create(batch, update_conflicts=True, unique_fields=["code"], update_fields=_FIELDS)
        told(start + len(batch), len(rows))
    _remove_the_gone(extract)


def _stored(row: Row) -> models.Division:
    return models.Division(
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        level=row.level,
        parent_id=row.parent,
        zone=row.zone,
        counted=row.counted,
        population=row.population,
    )


def _remove_the_gone(extract: Extract) -> None:
    """Divisions that the new extract no longer has: villages first, so that nothing loses its parent."""
    here = models.Division.objects.filter(code__range=codes.span(extract.manifest.province))
    gone = set(here.values_list("code", flat=True)) - {row.code for row in extract.rows}
    for level in (5, 4, 3, 2):
        _delete(code for code in gone if codes.level_of(code) == level)


def _delete(wanted: Iterable[str]) -> None:
    ordered = sorted(wanted)
    for start in range(0, len(ordered), _DELETE):
        models.Division.objects.filter(pk__in=ordered[start : start + _DELETE]).delete()


def _write_zones(extract: Extract) -> None:
    for position, zone in enumerate(extract.manifest.zones):
        models.Zone.objects.update_or_create(
            code=zone.code, defaults={"name": zone.name, "name_en": zone.name_en, "position": position}
        )


def _write_boundaries(extract: Extract) -> None:
    for level, text in extract.boundaries.items():
        models.Boundaries.objects.update_or_create(
            province=extract.manifest.province, level=level, defaults={"geojson": text}
        )
