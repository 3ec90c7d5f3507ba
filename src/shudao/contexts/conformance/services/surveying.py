"""Look at the whole province, at some basic items or at some implementations, and record what was found."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from django.db.models import Q

from shudao.contexts.conformance import models
from shudao.contexts.conformance.contracts.findings import Checked
from shudao.contexts.conformance.contracts.rules import Deviation
from shudao.contexts.conformance.queries import surroundings
from shudao.contexts.conformance.services import recording
from shudao.contexts.conformance.services.checking import Checker
from shudao.contexts.conformance.services.found import Found
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Acting, BasicItem, Listed, MatterNotFound
from shudao.foundation.identity.contracts import Department
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id

_IN_USE = "1"
_PORTION = 5000
# Which of these bodies carry out anything.
Present = Callable[[set[str]], set[str]]
MISSING = Deviation("item-missing", "task_code")


@dataclass(slots=True)
class Survey:
    """What one look has seen so far."""

    bodies: surroundings.Bodies
    checker: Checker
    implementations: int = 0
    found: list[Found] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)

    def row(self, row: Listed) -> None:
        """Judge one implementation."""
        self.implementations += 1
        deviations = self.checker.row(row)
        if deviations:
            share = self.checker.share(row)
            self.found += [
                Found(one, share.standard, listed=row, reason=share.reasons.get(one.field, "")) for one in deviations
            ]

    def item(self, item: BasicItem) -> None:
        """Judge a basic item itself."""
        self.found += [Found(one, item) for one in self.checker.item(item)]

    def missing(self, item: BasicItem, bodies: Iterable[Department], level: str) -> None:
        """Note that bodies do not carry an item out."""
        self.found += [Found(MISSING, item, body=one, level=level) for one in bodies]


def whole(*, now: datetime) -> Checked:
    """Check every implementation; keep how many each body has, and the run."""
    began, number = time.monotonic(), new_id()
    survey, acting = _survey(surroundings.Bodies.all()), matters.acting_bodies()
    present = {one.department for one in acting}
    _look(survey, matters.listed(), _offered(matters.basic_items()), present.intersection)
    opened, closed = recording.record(survey.found, survey.bodies, Q(), now=now)
    run = models.CheckRun(number=number, began_at=now, opened=opened, closed=closed)
    _keep(survey, acting, run, time.monotonic() - began)
    return _checked(survey, opened, closed)


def of_items(catalog_codes: Iterable[str], *, now: datetime) -> Checked:
    """Check some basic items and all that carry them out."""
    codes = sorted(set(catalog_codes))
    rows = list(matters.listed(catalog_codes=codes))
    survey = _survey(surroundings.Bodies.of({row.department for row in rows}))
    _look(survey, rows, _offered(_items(codes)), matters.acting_among)
    opened, closed = recording.record(survey.found, survey.bodies, Q(catalog_code__in=codes), now=now)
    return _checked(survey, opened, closed)


def of_implementations(task_codes: Iterable[str], *, now: datetime) -> Checked:
    """Check some implementations; one that is gone may leave its body without what it must carry out."""
    codes = sorted(set(task_codes))
    rows = list(matters.listed(task_codes=codes))
    gone = [(code[:18], code[18:19], code[19:]) for code in set(codes) - {row.task_code for row in rows}]
    survey = _survey(surroundings.Bodies.of({row.department for row in rows} | {body for body, _, _ in gone}))
    for row in rows:
        survey.row(row)
    offered = {item.catalog_code: item for item in _offered(_items(catalog for _, _, catalog in gone))}
    present = matters.acting_among(body for body, _, _ in gone)
    for body, level, catalog in gone:
        known, item = survey.bodies.by_code.get(body), offered.get(catalog)
        if known and item and level in item.levels and body in present:
            survey.missing(item, [known], level)
    subjects = [*codes, *(f"{code[:18]}:{code[19:]}" for code in codes)]
    opened, closed = recording.record(survey.found, survey.bodies, Q(subject__in=subjects), now=now)
    return _checked(survey, opened, closed)


def _survey(bodies: surroundings.Bodies) -> Survey:
    return Survey(bodies, Checker(surroundings.around(bodies), surroundings.known()))


def _items(catalog_codes: Iterable[str]) -> list[BasicItem]:
    found = []
    for code in sorted(set(catalog_codes)):
        with contextlib.suppress(MatterNotFound):
            found.append(matters.basic_item(code))
    return found


def _offered(items: list[BasicItem]) -> list[BasicItem]:
    states = matters.item_states() if items else {}
    return [item for item in items if states.get(item.catalog_code) == _IN_USE]


def _look(survey: Survey, rows: Iterable[Listed], items: list[BasicItem], present: Present) -> None:
    """Judge rows, which come item by item, and the items; note who lacks one: bodies that have nothing are silent."""
    offered = {item.catalog_code: item for item in items}
    for catalog_code, group in groupby(rows, key=attrgetter("catalog_code")):
        seen = set()
        for row in group:
            survey.row(row)
            seen.add(row.department)
        if catalog_code in offered:
            _missing(survey, offered.pop(catalog_code), seen, present)
    for item in offered.values():
        _missing(survey, item, set(), present)
    for item in items:
        survey.item(item)


def _missing(survey: Survey, item: BasicItem, seen: set[str], present: Present) -> None:
    for level in item.levels:
        wanted = survey.bodies.of_kind(matters.acting_kind(item.department_kind, level), int(level) - 1)
        lacking = [one for one in wanted if one.code not in seen]
        busy = present({one.code for one in lacking}) if lacking else set()
        survey.silent |= {one.code for one in lacking if one.code not in busy}
        survey.missing(item, (one for one in lacking if one.code in busy), level)


def _keep(survey: Survey, acting: list[Acting], run: models.CheckRun, seconds: float) -> None:
    counts = [
        models.BodyCount(
            department=one.department,
            division=one.division,
            body_kind=one.body_kind,
            implementations=one.implementations,
        )
        for one in acting
    ]
    with outbox.unit_of_work():
        models.BodyCount.objects.all().delete()
        models.BodyCount.objects.bulk_create(counts, batch_size=_PORTION)
        run.seconds, run.implementations, run.findings = seconds, survey.implementations, len(survey.found)
        run.save()


def _checked(survey: Survey, opened: int, closed: int) -> Checked:
    by_rule = Counter(one.deviation.rule for one in survey.found)
    return Checked(
        implementations=survey.implementations,
        findings=len(survey.found),
        opened=opened,
        closed=closed,
        silent=len(survey.silent),
        by_rule=dict(sorted(by_rule.items())),
    )
