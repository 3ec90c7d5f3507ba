"""
Many cases in one installation, made by copying one: for measuring lists and for counting their queries.

Copies differ in number, applicant, state, days and division of intake, the way a year of work would; they have no
form data of their own and no ledger entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from django.db import transaction

from shudao.contexts.cases.contracts import State
from shudao.contexts.cases.models import Case, Draft
from shudao.kernel.ids import new_id

_STATES = (State.RECEIVED, State.ACCEPTED, State.IN_REVIEW, State.SUPPLEMENT, State.DONE, State.DONE, State.DONE)
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """Where copies are put: an implementation and its body."""

    task_code: str
    division: str
    department: str
    department_kind: str


def copy(
    pattern: Case, count: int, *, seed: int = 1, places: tuple[Place, ...] = (), mine: bool = False, start: int = 0
) -> None:
    """Write `count` copies of `pattern`, numbered from `start`; `mine` keeps its applicant, else each has another."""
    chance = Random(seed)
    numbers = iter(range(start, start + count))
    while batch := [made for made in _some(numbers, pattern, chance, places, mine)]:
        with transaction.atomic():
            Draft.objects.bulk_create([draft for draft, _ in batch])
            Case.objects.bulk_create([case for _, case in batch])


def _some(
    numbers: Iterator[int], pattern: Case, chance: Random, places: tuple[Place, ...], mine: bool
) -> Iterator[tuple[Draft, Case]]:
    for _, index in zip(range(_BATCH), numbers, strict=False):
        yield _one(index, pattern, chance, places, mine)


def _one(index: int, pattern: Case, chance: Random, places: tuple[Place, ...], mine: bool) -> tuple[Draft, Case]:
    state = chance.choice(_STATES)
    received = pattern.received_at - timedelta(hours=chance.randrange(1, 24 * 300))
    changed: dict[str, Any] = {"applicant": pattern.applicant if mine else f"{index:032x}"}
    if places:
        place = chance.choice(places)
        changed |= {
            "task_code": place.task_code,
            "division": place.division,
            "intake_division": place.division,
            "department": place.department,
            "department_kind": place.department_kind,
        }
    draft = Draft.objects.model(**_values(pattern.draft) | changed)
    draft.id = new_id()
    task = changed.get("task_code", pattern.task_code)
    number = f"{task}{received:%Y%m%d}{index % 10_000:04d}"[:35] + f"{index:08d}"
    draft.case_number = number
    case = Case(**_values(pattern) | changed)
    case.pk, case.draft, case.number, case.state, case.received_at = None, draft, number, state, received
    done = state is State.DONE
    case.decision = "approve" if done else ""
    case.accepted_at = None if state is State.RECEIVED else received + timedelta(hours=3)
    case.decided_at = received + timedelta(days=chance.randrange(1, 9)) if done else None
    case.delivered_at = case.decided_at
    case.due_promised = (received + timedelta(days=7)).date()
    case.visits = chance.choice((0, 0, 0, 1))
    case.licence = ""
    return draft, case


def _values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
