"""Read what barriers are found in, and those that were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.barriers import Barrier, BarrierKind, Standing
from shudao.contexts.exchange.queries import catalogue, ledger, wishes
from shudao.contexts.exchange.queries.ledger import register
from shudao.contexts.exchange.rules import barriers
from shudao.contexts.exchange.rules.barriers import Need, Outcome, Scene
from shudao.contexts.exchange.rules.rights import UNUSED_AFTER
from shudao.contexts.matters import api as matters
from shudao.kernel.errors import NotFound
from shudao.kernel.texts import Text
from shudao.kernel.time import LOCAL, local_date
from shudao.plane.ledger.entry import ANSWERED
from shudao.plane.ledger.register import Register, Wanted

_NEVER_ASKED = "2"
_BY_GOVERNMENT = "20"
# So many of a resource's newest calls are looked at.
_NEWEST = 20


def standing(*, now: datetime, bureau: str) -> Iterator[Standing]:
    """Yield every barrier that stands; `bureau` is the data bureau's credit code."""
    scene = _scene(now, bureau)
    yield from barriers.found(scene)
    calls = register()
    called = {one.number: _called(calls, one.system, one.resource, scene) for one in barriers.long_standing(scene)}
    yield from barriers.unused(scene, called)
    yield from barriers.broken(scene, {code: _outcomes(calls, code) for code in scene.resources})


def _scene(now: datetime, bureau: str) -> Scene:
    return Scene(
        today=local_date(now),
        bureau=bureau,
        requests=[catalogue.request_of(row) for row in catalogue.request_rows()],
        grants=[catalogue.grant_of(row) for row in catalogue.grant_rows()],
        resources={one.code: one for one in catalogue.resources()},
        needs=_needs(),
        wishes=wishes.unmet(),
    )


def _needs() -> Sequence[Need]:
    return [
        Need(
            item.catalog_code,
            paper.name,
            paper.resource,
            paper.source == _BY_GOVERNMENT and not paper.licence_type and not paper.from_form,
        )
        for item in matters.basic_items()
        for paper in item.materials
        if paper.need != _NEVER_ASKED
    ]


def _called(calls: Register, client: str, resource: str, scene: Scene) -> bool:
    since = datetime.combine(scene.today - UNUSED_AFTER, time(), LOCAL).astimezone(UTC)
    micro = int((since - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    return bool(calls.find(Wanted(client=client, resource=resource, since=micro), limit=1)[0])


def _outcomes(calls: Register, resource: str) -> list[Outcome]:
    found, _ = calls.find(Wanted(resource=resource), limit=_NEWEST)
    return [
        Outcome(one.entry.outcome, local_date(ledger.instant_of(one.entry)), one.entry.outcome == ANSWERED)
        for one in found
    ]


def barrier(number: str) -> Barrier:
    row = models.Barrier.objects.filter(number=number).first()
    if row is None:
        raise NotFound
    return barrier_of(row)


def barrier_of(row: models.Barrier) -> Barrier:
    """Return the row as others see it."""
    found = Standing(
        kind=BarrierKind(row.kind),
        cause=row.cause,
        subject=row.subject,
        resource=row.resource,
        label=Text(row.label, row.label_en),
        owner=row.owner,
        waiting=row.waiting,
        matters=tuple(row.matters),
        since=row.since,
    )
    return Barrier(row.number, found, row.found_at, row.gone_at)
