"""Read findings and exceptions."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from shudao.contexts.conformance import models
from shudao.contexts.conformance.contracts.findings import (
    Exemption,
    ExemptionState,
    Filter,
    Finding,
    FindingState,
    FindingUnknown,
    Run,
)
from shudao.contexts.conformance.contracts.rules import Severity
from shudao.contexts.conformance.rules.catalogue import RULES
from shudao.foundation.regions import api as regions
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text

# Severities sort as their words do: minor, ordinary, serious.
_SORTS = {
    "due": "due_on", "opened": "opened_at", "severity": "severity", "rule": "rule", "division": "division",
    "name": "name", "department": "department_name",
}  # fmt: skip
_SAME = ("rule", "department", "department_kind", "severity", "state", "catalog_code", "subject")


def listing(wanted: Filter, sort: str, page: int, size: int) -> Page[Finding]:
    start, stop = bounds(page, size)
    found = narrowed(wanted)
    field, down = _SORTS.get(sort.lstrip("-"), "due_on"), sort.startswith("-")
    rows = found.order_by(f"-{field}" if down else field, "number")[start:stop]
    return Page(tuple(map(told, rows)), page, size, found.count())


def narrowed(wanted: Filter) -> QuerySet[models.Finding]:
    """The rows that match everything that is said."""
    same = {name: value for name in _SAME if (value := getattr(wanted, name))}
    found = models.Finding.objects.filter(**same)
    if wanted.below:
        found = found.filter(division__range=regions.span(wanted.below))
    if wanted.text:
        word = wanted.text
        named = Q(name__icontains=word) | Q(name_en__icontains=word) | Q(department_name__icontains=word)
        found = found.filter(named | Q(task_code=word) | Q(number=word))
    return found


def one(number: str) -> Finding:
    return told(row(number))


def row(number: str, *, lock: bool = False) -> models.Finding:
    """The row of a finding. Raises FindingUnknown."""
    rows = models.Finding.objects.select_for_update() if lock else models.Finding.objects
    found = rows.filter(number=number).first()
    if found is None:
        raise FindingUnknown()
    return found


def told(row: models.Finding) -> Finding:
    return Finding(
        number=row.number,
        rule=RULES[row.rule],
        severity=Severity(row.severity),
        field=row.field,
        part=row.part,
        subject=row.subject,
        task_code=row.task_code,
        catalog_code=row.catalog_code,
        name=Text(row.name, row.name_en),
        division=row.division,
        use_level=row.use_level,
        department=row.department,
        department_name=Text(row.department_name, row.department_name_en),
        department_kind=row.department_kind,
        owner=row.owner,
        expected=row.expected,
        found=row.found,
        evidence=row.evidence,
        state=FindingState(row.state),
        duty=row.duty,
        opened_at=row.opened_at,
        due_on=row.due_on,
        exempt_until=row.exempt_until,
        closed_at=row.closed_at,
    )


def exemptions(finding: str) -> list[Exemption]:
    rows = models.Exemption.objects.filter(finding__number=finding).select_related("finding")
    return [told_exemption(row) for row in rows.order_by("-asked_at", "-pk")]


def asked(page: int, size: int) -> Page[tuple[Exemption, Finding]]:
    start, stop = bounds(page, size)
    open_ones = models.Exemption.objects.filter(state=ExemptionState.ASKED, finding__state=FindingState.OPEN)
    rows = open_ones.select_related("finding").order_by("asked_at", "pk")
    items = tuple((told_exemption(row), told(row.finding)) for row in rows[start:stop])
    return Page(items, page, size, rows.count())


def told_exemption(row: models.Exemption) -> Exemption:
    return Exemption(
        number=row.number,
        finding=row.finding.number,
        reason=row.reason,
        basis=tuple(row.basis),
        until=row.until,
        state=ExemptionState(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        opinion=row.opinion,
    )


# Characters of an id that tell when it was made.
_MILLISECOND = 10


def checked_since(event: str) -> bool:
    return models.CheckRun.objects.filter(number__gte=event[:_MILLISECOND]).exists()


def last_run() -> Run | None:
    row = models.CheckRun.objects.order_by("-began_at", "-pk").first()
    if row is None:
        return None
    return Run(row.began_at, row.seconds, row.implementations, row.findings, row.opened, row.closed)
