"""Keep what a check found: open what is new, close what is no more, each with audit entry, duty and event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Q

from shudao.contexts.conformance import models
from shudao.contexts.conformance.contracts.findings import ExemptionState, FindingState
from shudao.contexts.conformance.events import FindingsChanged
from shudao.contexts.conformance.queries.surroundings import Bodies, province
from shudao.contexts.conformance.services import owing
from shudao.contexts.conformance.services.found import Found
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox

T = TypeVar("T")
PORTION = 500
Key = tuple[str, str, str, str]
Kept = dict[Key, models.Finding]


def record(found: Iterable[Found], bodies: Bodies, scope: Q, *, now: datetime) -> tuple[int, int]:
    """
    Bring the findings of what was checked to what was found; return how many were opened and closed.

    `scope` says which findings the check could have seen: those of them that it did not see are closed.
    """
    kept = {_key(row): row for row in models.Finding.objects.filter(scope, closed_at=None).iterator()}
    fresh: dict[Key, Found] = {}
    other: dict[Key, Found] = {}
    seen = set()
    for one in found:
        seen.add(one.key)
        row = kept.get(one.key)
        if row is None:
            fresh.setdefault(one.key, one)
        elif (row.expected, row.found) != (one.deviation.expected, one.deviation.found):
            other.setdefault(one.key, one)
    gone = [row.pk for key, row in kept.items() if key not in seen]
    opened = sum(_open(part, bodies, now) for part in _portions(list(fresh.values())))
    for changed in _portions([(kept[key].pk, one) for key, one in other.items()]):
        _renew(changed, now)
    return opened, sum(_close(part, now) for part in _portions(gone))


def _open(found: Sequence[Found], bodies: Bodies, now: datetime) -> int:
    place = province()
    rows = [one.row(bodies, place, now) for one in found]
    due = owing.due_days(now)
    for row in rows:
        row.due_on = due[row.severity]
    with outbox.unit_of_work():
        # Another check may have been quicker with some of them.
        models.Finding.objects.bulk_create(rows, ignore_conflicts=True)
        numbers = [row.number for row in rows]
        made = list(models.Finding.objects.filter(number__in=numbers).order_by("pk"))
        owing.begin(made, now=now)
        for row in made:
            after = {"rule": row.rule, "subject": row.subject, "field": row.field, "duty": row.duty}
            audit.record(acting=SYSTEM, action="conformance.open", target=row.number, now=now, after=after)
        if made:
            outbox.emit(FindingsChanged(tuple(row.number for row in made), ()), now=now)
    return len(made)


def _renew(changed: Sequence[tuple[int, Found]], now: datetime) -> None:
    """The same rule is broken by other values: an exception for the former ones counts no more."""
    with outbox.unit_of_work():
        rows = models.Finding.objects.select_for_update().in_bulk([key for key, _ in changed])
        renewed, due = [], owing.due_days(now)
        for key, one in changed:
            row = rows[key]
            before = {"found": row.found, "state": row.state}
            row.expected, row.found, row.evidence = one.deviation.expected, one.deviation.found, one.evidence()
            if row.state == FindingState.EXEMPT:
                row.state, row.exempt_until = FindingState.OPEN.value, None
                row.due_on, row.duty = due[row.severity], ""
                ended = row.exemptions.filter(state=ExemptionState.APPROVED)
                ended.update(state=ExemptionState.ENDED.value)
                renewed.append(row)
            row.save()
            after = {"found": row.found, "state": row.state}
            audit.record(
                acting=SYSTEM, action="conformance.renew", target=row.number, now=now, before=before, after=after
            )
        owing.begin(renewed, now=now)
        outbox.emit(FindingsChanged(tuple(row.number for row in rows.values()), ()), now=now)


def _close(keys: Sequence[int], now: datetime) -> int:
    with outbox.unit_of_work():
        rows = list(models.Finding.objects.select_for_update().filter(pk__in=keys, closed_at=None).order_by("pk"))
        for row in rows:
            before, row.state, row.closed_at = row.state, FindingState.CLOSED.value, now
            audit.record(
                acting=SYSTEM,
                action="conformance.close",
                target=row.number,
                now=now,
                before={"state": before},
                after={"state": row.state, "why": "recheck"},
            )
        models.Finding.objects.bulk_update(rows, ["state", "closed_at"])
        owing.end({row.duty for row in rows}, now=now)
        if rows:
            outbox.emit(FindingsChanged((), tuple(row.number for row in rows)), now=now)
    return len(rows)


def _key(row: models.Finding) -> Key:
    return row.subject, row.rule, row.field, row.part


def _portions(found: Sequence[T]) -> Iterator[Sequence[T]]:
    return (found[start : start + PORTION] for start in range(0, len(found), PORTION))
