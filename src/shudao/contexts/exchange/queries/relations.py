"""Read who may act for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import msgspec
from django.db.models import QuerySet

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.relations import Relation, RelationKind, RelationState
from shudao.contexts.exchange.models import vault
from shudao.foundation.identity import api as identity
from shudao.kernel.errors import NotFound
from shudao.kernel.paging import Page, bounds

SORTS = {"recorded": "number", "until": "valid_to", "state": "state"}
OVER = "over"


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a relation is about, in plain: never shown as it is."""

    identifier: str
    name: str


def place(number: str) -> str:
    """Where it lies sealed."""
    return f"exchange.relation.whom:{number}"


def seal(number: str, whom: Whom) -> bytes:
    return vault.seal(msgspec.json.encode(whom), place=place(number))


def whom_of(row: models.Relation) -> Whom:
    """Open whom the relation is about, for an act that is in the trail, or to mask it."""
    return msgspec.json.decode(vault.unseal(row.sealed, place=place(row.number)), type=Whom)


def relation_of(row: models.Relation) -> Relation:
    """Return the row as others see it: a child's name masked."""
    kind, whom = RelationKind(row.kind), whom_of(row)
    return Relation(
        number=row.number,
        kind=kind,
        holder=row.holder,
        subject=row.subject,
        name=whom.name if kind is RelationKind.COMPANY else identity.masked_name(whom.name),
        code=row.code,
        state=RelationState(row.state),
        valid_to=row.valid_to,
        entry=row.entry,
        evidence=row.evidence,
        evidence_name=row.evidence_name,
        basis=row.basis,
        division=row.division,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        ended_at=row.ended_at,
        why=row.why,
    )


def row(number: str, *, lock: bool = False) -> models.Relation:
    """Return the row. Raises NotFound."""
    objects = models.Relation.objects
    found = (objects.select_for_update() if lock else objects).filter(number=number).first()
    if found is None:
        raise NotFound
    return found


def open_row(holder: str, subject: str) -> models.Relation | None:
    """Return the row of holder and subject that is proposed or stands, locked; its last day may be over."""
    states = (RelationState.PROPOSED.value, RelationState.STANDING.value)
    return models.Relation.objects.select_for_update().filter(holder=holder, subject=subject, state__in=states).first()


def held_by(person: str) -> list[Relation]:
    """Return a person's relations, newest first."""
    return [relation_of(one) for one in models.Relation.objects.filter(holder=person).order_by("-number")]


def find(numbers: Sequence[str]) -> dict[str, Relation]:
    """Return relations by number; unknown ones are left out."""
    return {one.number: relation_of(one) for one in models.Relation.objects.filter(number__in=numbers)}


def guardians(
    *, divisions: Sequence[str] | None, state: str, sort: str, today: date, page: int, size: int
) -> Page[Relation]:
    start, stop = bounds(page, size)
    found = _state(models.Relation.objects.filter(kind=RelationKind.CHILD.value), state, today)
    if divisions is not None:
        found = found.filter(division__in=divisions)
    column = SORTS.get(sort.lstrip("-"), "number")
    found = found.order_by(column if sort and not sort.startswith("-") else f"-{column}", "-number")
    return Page(tuple(relation_of(one) for one in found[start:stop]), page, size, found.count())


def _state(found: QuerySet[models.Relation], state: str, today: date) -> QuerySet[models.Relation]:
    """A relation whose last day is over counts as over, not as standing."""
    standing = RelationState.STANDING.value
    if state == OVER:
        return found.filter(state=standing, valid_to__lt=today)
    if state == standing:
        return found.filter(state=standing, valid_to__gte=today)
    return found.filter(state=state) if state in set(RelationState) else found
