"""Take a new version of an item to all who carry it out: each body that decides owes an answer by a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from shudao.contexts.matters import models
from shudao.contexts.matters.adapters import bulk
from shudao.contexts.matters.contracts import ADOPT, AdoptionState, BasicItem
from shudao.contexts.matters.models import BasicItemVersion, Implementation
from shudao.contexts.matters.queries import offers
from shudao.contexts.matters.queries.deciding import CANCELLED, Deciders
from shudao.contexts.matters.services import former, implement, owing, write_library
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text

# Our own proposal: a body has so many working days to accept a new standard or to differ.
ADOPTION_DAYS = 10
_SAID = Text("落实事项新标准", "Adopt the new standard of a matter")


def spread(*, catalog_code: str, version: int, now: datetime) -> int:
    """Ask every body; return how many were asked. Nobody is about a version that is not the accepted one."""
    row = (
        BasicItemVersion.objects.filter(item__catalog_code=catalog_code, number=version).select_related("item").first()
    )
    if row is None or row.item.version != version or row.adoptions.exists():
        return 0
    supersede(catalog_code, {"version": version}, acting=SYSTEM, now=now)
    item = offers.item_of(row)
    _places(item, row, now)
    asked = _asked(item, row)
    bodies = identity.find_departments(asked)
    for body, count in asked.items():
        _ask(item, row, bodies[body], count, now)
    write_library.index({one.code: one for one in offers.basic_items()})
    return len(asked)


def supersede(catalog_code: str, evidence: Mapping[str, object], *, acting: Actor, now: datetime) -> None:
    """End what is still owed to earlier versions."""
    for one in models.Adoption.objects.filter(catalog_code=catalog_code, state=AdoptionState.OPEN.value):
        one.state = AdoptionState.SUPERSEDED.value
        one.save()
        owing.done(one.duty, evidence=evidence, acting=acting, now=now)


def _places(item: BasicItem, row: BasicItemVersion, now: datetime) -> None:
    """Implement it at levels that are new, in the state that the item has; cancel it at levels that are gone."""
    found = Implementation.objects.filter(catalog_code=item.catalog_code)
    present = set(found.values_list("use_level", flat=True).distinct())
    added = replace(item, levels=tuple(one for one in item.levels if one not in present))
    wanted = implement.rows({item.code: added}, {item.code: row}, [], ()) if added.levels else ()
    state = implement.COLUMNS.index("state")
    # As a list: PostgreSQL takes no question while it copies.
    new = [(*one[:state], row.item.state, *one[state + 1 :]) for one in wanted]
    bulk.insert(Implementation, implement.COLUMNS, new)
    gone = found.exclude(use_level__in=item.levels).exclude(state=CANCELLED).values_list("task_code", "version")
    versions = dict(gone)
    former.keep(versions, now)
    rows = ((number + 1, CANCELLED, code) for code, number in versions.items())
    bulk.update(Implementation, "task_code", ("version", "state"), rows)


def _asked(item: BasicItem, row: BasicItemVersion) -> Counter[str]:
    found = Implementation.objects.filter(catalog_code=item.catalog_code).exclude(state=CANCELLED)
    behind = found.exclude(item_version=row).values_list("body_kind", "department", "division")
    deciders = Deciders(item.department_kind)
    return Counter(deciders.of(*one) for one in behind.iterator(chunk_size=5000))


def _ask(item: BasicItem, row: BasicItemVersion, body: Department, count: int, now: datetime) -> None:
    number, due_on = new_id(), owing.due(ADOPTION_DAYS, now=now)
    duty = duties.open(
        kind=ADOPT,
        owner=body.code,
        division=body.division,
        subject=item.catalog_code,
        title=owing.title(_SAID, item.name),
        due_on=due_on,
        evidence={"adoption": number, "version": row.number, "implementations": count},
        acting=SYSTEM,
        now=now,
        key=f"{item.catalog_code}:{row.number}:{body.code}",
    )
    models.Adoption.objects.create(
        number=number,
        item_version=row,
        catalog_code=item.catalog_code,
        body=body.code,
        division=body.division,
        implementations=count,
        due_on=due_on,
        duty=duty,
        state=AdoptionState.OPEN.value,
    )
