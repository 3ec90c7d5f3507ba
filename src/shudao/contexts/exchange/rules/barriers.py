"""What is a barrier: from requests, grants, the catalogue, the matters' materials and the newest calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shudao.contexts.exchange.contracts.barriers import BarrierKind, Standing
from shudao.contexts.exchange.contracts.registry import Resource, ResourceState, ShareType
from shudao.contexts.exchange.contracts.rights import Ending, Grant, RequestState, ShareRequest
from shudao.contexts.exchange.contracts.wishes import Wish, WishState
from shudao.contexts.exchange.rules.rights import UNUSED_AFTER
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

# So many calls in a row have to fail: one may be bad luck.
FAILURES = 3
# Refusals of the gateway that the source is to blame for.
_OWN_FAILURES = ("index_damaged", "store_unavailable")
_UPSTREAM = "upstream_"
# The source said no for a reason, as it may.
_NO_FAILURES = ("upstream_declined", "upstream_busy")


@dataclass(frozen=True, slots=True)
class Need:
    """A paper that a published matter asks for: by which resource it is saved, "" for none; `bare`: by nothing."""

    matter: str
    name: Text
    resource: str
    bare: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended ("answered" or a refusal's code), and on which local day."""

    code: str
    day: date
    answered: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """All that barriers are found in; `today` is the local day, `bureau` the data bureau's credit code."""

    today: date
    bureau: str
    requests: Sequence[ShareRequest]
    grants: Sequence[Grant]
    resources: Mapping[str, Resource]
    needs: Sequence[Need]
    wishes: Sequence[Wish] = ()

    def waiting(self, resource: str, only: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the matters that need a resource, of `only` where it names some."""
        wanted = set(only)
        found = {one.matter for one in self.needs if one.resource == resource}
        return tuple(sorted(found & wanted if wanted else found))

    def label(self, resource: str) -> Text:
        """Return what a resource is called, its code where nobody knows."""
        return self.resources[resource].name if resource in self.resources else Text(resource)

    def provider(self, resource: str) -> str:
        """Return who answers for a resource: the bureau where there is none."""
        return self.resources[resource].provider if resource in self.resources else self.bureau


def department_of(client: str) -> str:
    """Return the credit code in a client id."""
    return client.split("/")[2]


def found(scene: Scene) -> Iterator[Standing]:
    """
    Yield what stands by the register and the catalogue alone: refused, late, expired, missing.

    Source:
        MISSION M13 (data barriers); proved by tests/contexts/exchange/rules/test_barriers.py
    """
    yield from _refused(scene)
    yield from _late_replies(scene)
    yield from _late_supplies(scene)
    yield from _expired(scene)
    yield from _missing(scene)
    yield from _wished(scene)


def _refused(scene: Scene) -> Iterator[Standing]:
    newest: dict[tuple[str, str], ShareRequest] = {}
    for one in sorted(scene.requests, key=lambda one: one.requested_at):
        if one.state in (RequestState.REFUSED, RequestState.GRANTED):
            newest[one.department, one.resource] = one
    covered = {(department_of(one.system), one.resource) for one in scene.grants if _goes_on(one, scene.today)}
    for pair, one in newest.items():
        if one.state is RequestState.REFUSED and pair not in covered:
            since = local_date(one.decided_at or one.requested_at)
            yield _about(scene, BarrierKind.REFUSED, "refused", one, one.provider, since)


def _late_replies(scene: Scene) -> Iterator[Standing]:
    for one in scene.requests:
        if one.overdue(scene.today):
            yield _about(scene, BarrierKind.LATE, "reply", one, one.provider, one.due_on)


def _late_supplies(scene: Scene) -> Iterator[Standing]:
    for one in scene.grants:
        if one.supply_due_on and one.supply_overdue(scene.today):
            owner = scene.provider(one.resource)
            yield _about(scene, BarrierKind.LATE, "supply", one, owner, one.supply_due_on)


def _expired(scene: Scene) -> Iterator[Standing]:
    rows: dict[tuple[str, str], list[Grant]] = defaultdict(list)
    for one in scene.grants:
        rows[one.system, one.resource].append(one)
    for (system, resource), mine in rows.items():
        if any(_goes_on(one, scene.today) for one in mine):
            continue
        last = max(mine, key=_ended_on)
        if last.ended_as is Ending.RETURNED or not scene.waiting(resource, last.matters):
            continue
        withdrawn = last.revoked_at is not None
        owner = scene.provider(resource) if withdrawn else department_of(system)
        yield _about(scene, BarrierKind.EXPIRED, "withdrawn" if withdrawn else "ended", last, owner, _ended_on(last))


def _goes_on(one: Grant, today: date) -> bool:
    """Whether it stands, or will; a suspension ends by itself."""
    return one.revoked_at is None and one.valid_to >= today


def _ended_on(one: Grant) -> date:
    return local_date(one.revoked_at) if one.revoked_at else one.valid_to


def _missing(scene: Scene) -> Iterator[Standing]:
    named: dict[str, list[Need]] = defaultdict(list)
    bare: dict[str, list[Need]] = defaultdict(list)
    for one in scene.needs:
        if one.resource:
            named[one.resource].append(one)
        elif one.bare:
            bare[one.name.zh].append(one)
    for code, needs in named.items():
        entry = scene.resources.get(code)
        if cause := _lack(entry):
            yield _lacking(scene, cause, code, code, needs, entry.provider if entry else scene.bureau)
    for name, needs in bare.items():
        yield _lacking(scene, "no_source", name[:120], "", needs, scene.bureau)


_WISHED = {WishState.OPEN: "wished", WishState.ACCEPTED: "promised", WishState.REFUSED: "wish_refused"}


def _wished(scene: Scene) -> Iterator[Standing]:
    """What a department needs and nobody catalogued, until it can be asked or is needed no more."""
    for one in scene.wishes:
        if one.state not in _WISHED:
            continue
        yield Standing(
            kind=BarrierKind.MISSING,
            cause=_WISHED[one.state],
            subject=one.number,
            resource=one.resource,
            label=Text(one.wanting.name),
            owner=one.owner,
            waiting=one.wanting.department,
            matters=tuple(sorted(one.wanting.matters)),
            since=local_date(one.wished_at),
        )


def _lack(entry: Resource | None) -> str:
    """Why a resource gives nothing to anybody, "" where it does."""
    if entry is None:
        return "uncatalogued"
    if entry.state is not ResourceState.PUBLISHED:
        return "not_offered"
    return "not_shared" if entry.share_type is ShareType.REFUSED else ""


def _lacking(scene: Scene, cause: str, subject: str, resource: str, needs: list[Need], owner: str) -> Standing:
    label = scene.label(resource) if resource in scene.resources else needs[0].name
    codes = tuple(sorted({one.matter for one in needs}))
    return Standing(BarrierKind.MISSING, cause, subject, resource, label, owner, "", codes, scene.today)


def unused(scene: Scene, called: Mapping[str, bool]) -> Iterator[Standing]:
    """
    Yield the standing grants that are at least 90 days old and were not used in as many.

    Args:
        scene: As for `found`.
        called: By grant number, whether its system asked for its resource in the last 90 days.

    Source:
        our own rule; proved by tests/contexts/exchange/rules/test_barriers.py
    """
    for one in long_standing(scene):
        if not called.get(one.number):
            owner = department_of(one.system)
            yield _about(scene, BarrierKind.UNUSED, "unused", one, owner, one.valid_from + UNUSED_AFTER)


def long_standing(scene: Scene) -> list[Grant]:
    """Return the grants that stand today and began at least 90 days ago."""
    return [
        one
        for one in scene.grants
        if _goes_on(one, scene.today)
        and not one.suspended(scene.today)
        and one.valid_from + UNUSED_AFTER <= scene.today
    ]


def broken(scene: Scene, newest: Mapping[str, Sequence[Outcome]]) -> Iterator[Standing]:
    """
    Yield the resources whose newest calls fail, three or more in a row, by the source's fault.

    Args:
        scene: As for `found`.
        newest: By resource code, how its newest calls ended, the newest first; other refusals are passed over.

    Source:
        our own rule; proved by tests/contexts/exchange/rules/test_barriers.py
    """
    for code, outcomes in newest.items():
        streak = []
        for one in outcomes:
            if one.answered:
                break
            if is_failure(one.code):
                streak.append(one)
        if len(streak) >= FAILURES:
            yield Standing(
                kind=BarrierKind.BROKEN,
                cause=streak[0].code,
                subject=code,
                resource=code,
                label=scene.label(code),
                owner=scene.provider(code),
                waiting="",
                matters=scene.waiting(code),
                since=streak[-1].day,
            )


def is_failure(code: str) -> bool:
    """Return whether a refusal's code says that the source failed, and not that the caller may not."""
    return code in _OWN_FAILURES or (code.startswith(_UPSTREAM) and code not in _NO_FAILURES)


def _about(scene: Scene, kind: BarrierKind, cause: str, one: ShareRequest | Grant, owner: str, since: date) -> Standing:
    return Standing(
        kind=kind,
        cause=cause,
        subject=one.number,
        resource=one.resource,
        label=scene.label(one.resource),
        owner=owner,
        waiting=department_of(one.system),
        matters=scene.waiting(one.resource, one.matters),
        since=since,
    )
