"""What findings make departments owe: one duty for all that one of them has to put right in a matter by a rule."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from shudao.contexts.conformance import models
from shudao.contexts.conformance.contracts.findings import FINDING_DUTY, FindingState
from shudao.contexts.conformance.contracts.rules import WORKDAYS, Severity
from shudao.contexts.conformance.rules.catalogue import RULES
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyClosed
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

Owed = tuple[str, str, str]


def due_days(now: datetime) -> dict[str, date]:
    """Return the last local day in time by severity."""
    is_working = clocks.calendar().is_working
    days, counted, day = {}, 0, local_date(now)
    while len(days) < len(WORKDAYS):
        day += timedelta(days=1)
        counted += is_working(day)
        days |= {one.value: day for one in Severity if WORKDAYS[one] == counted and one.value not in days}
    return days


def begin(rows: Sequence[models.Finding], *, now: datetime) -> None:
    """Give each open finding its duty: the one that stands for its kind already, or a new one. Saves the number."""
    standing = _standing({_owed(row) for row in rows})
    owners = identity.find_departments({row.owner for row in rows})
    for row in rows:
        owed = _owed(row)
        if owed not in standing:
            owner = owners.get(row.owner)
            standing[owed] = _open(row, owner.division if owner else row.division, now)
        row.duty = standing[owed]
    models.Finding.objects.bulk_update(rows, ["duty"])


def end(numbers: Iterable[str], *, now: datetime) -> None:
    """Close the duties under which nothing is open any more."""
    wanted = sorted(set(numbers) - {""})
    still = set(models.Finding.objects.filter(duty__in=wanted, state=FindingState.OPEN).values_list("duty", flat=True))
    for number in wanted:
        if number not in still:
            with contextlib.suppress(DutyClosed):
                duties.close(number, evidence={"check": "passed"}, acting=SYSTEM, now=now)


def _standing(owed: set[Owed]) -> dict[Owed, str]:
    rows = models.Finding.objects.filter(
        state=FindingState.OPEN,
        rule__in={rule for rule, _, _ in owed},
        catalog_code__in={code for _, code, _ in owed},
        owner__in={owner for _, _, owner in owed},
    ).exclude(duty="")
    found = rows.values_list("rule", "catalog_code", "owner", "duty").distinct()
    return {(rule, code, owner): duty for rule, code, owner, duty in found}


def _open(row: models.Finding, division: str, now: datetime) -> str:
    name = RULES[row.rule].name
    return duties.open(
        kind=FINDING_DUTY,
        owner=row.owner,
        division=division,
        subject=row.number,
        title=Text(f"{name.zh}：{row.name}"[:200], f"{name.en}: {row.name_en or row.name}"[:200]),
        due_on=row.due_on,
        evidence={"rule": row.rule, "catalog_code": row.catalog_code},
        acting=SYSTEM,
        now=now,
        key=f"{row.number}:{now.isoformat()}",  # a finding that is opened again owes anew
    )


def _owed(row: models.Finding) -> Owed:
    return row.rule, row.catalog_code, row.owner
