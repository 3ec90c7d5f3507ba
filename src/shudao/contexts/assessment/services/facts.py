"""Collect the facts of every room that the figures are computed from. One place decides what counts."""

from __future__ import annotations

from collections.abc import Iterator

from shudao.contexts.assessment.contracts import CaseFact, MatterFact, RatingFact
from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import State
from shudao.contexts.matters import api as matters
from shudao.contexts.participation import api as participation
from shudao.foundation.identity import api as identity

_IN_USE = "1"
# What people apply for: the six kinds of power that are acted on at application, and public services (facts §1.3).
_ON_APPLICATION = {"01", "05", "07", "08", "09", "10", "20"}


def matter_facts() -> Iterator[MatterFact]:
    """Every implementation in use that is acted on at application."""
    for row in matters.online_rows():
        if row.state == _IN_USE and row.task_type in _ON_APPLICATION:
            yield MatterFact(
                task_code=row.task_code,
                division=row.division,
                department=row.department,
                department_kind=row.department_kind,
                tier=row.tier,
                visits=row.visits,
            )


def case_facts() -> Iterator[CaseFact]:
    """Every completed case."""
    for row in cases.rows_for_assessment():
        if row.state == State.DONE and row.decided_on is not None:
            yield CaseFact(
                number=row.number,
                task_code=row.task_code,
                division=row.division,
                department=row.department,
                department_kind=row.department_kind,
                completed_on=row.decided_on,
                due_on=row.due_promised or row.due_legal,
                visits=row.visits,
                fetched=row.fetched,
                asked=row.asked,
            )


def rating_facts() -> Iterator[RatingFact]:
    """Every rating that stands."""
    kinds: dict[str, str] = {}
    for row in participation.rows_for_assessment():
        if row.department not in kinds:
            kinds[row.department] = identity.department(row.department).kind
        yield RatingFact(
            case=row.case,
            division=row.division,
            department=row.department,
            department_kind=kinds[row.department],
            level=row.level,
        )
