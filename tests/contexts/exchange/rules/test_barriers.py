"""Which barriers stand: each kind comes with its cause and goes with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shudao.contexts.exchange.contracts.barriers import BarrierKind
from shudao.contexts.exchange.contracts.registry import ResourceState, ShareType
from shudao.contexts.exchange.contracts.rights import Ending, Grant, Purpose, RequestState, ShareRequest
from shudao.contexts.exchange.rules import barriers
from shudao.contexts.exchange.rules.barriers import Need, Outcome, Scene
from shudao.kernel.texts import Text
from tests.contexts.exchange.rules.test_rights import RESOURCE

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
CLIENT = "SHUDAO/GOV/caller/desk"
NEEDS = (
    Need("m1", Text("户口簿"), "r", bare=False),
    Need("m2", Text("户口簿"), "r", bare=False),
)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def request(**changes: Any) -> ShareRequest:
    parts: dict[str, Any] = {
        "number": "q1", "system": CLIENT, "resource": "r", "fields": ("a",), "purpose": Purpose.HANDLING,
        "scenario": Text("办理"), "legal_basis": Text("依据"), "matters": (), "row_scope": "", "quota": 0,
        "valid_from": TODAY, "valid_to": TODAY + days(90), "state": RequestState.PENDING, "requested_by": "one",
        "requested_at": NOON, "department": "caller", "provider": "source", "due_on": TODAY + days(14),
    }  # fmt: skip
    return ShareRequest(**(parts | changes))


def grant(**changes: Any) -> Grant:
    parts: dict[str, Any] = {
        "number": "g1", "system": CLIENT, "resource": "r", "fields": ("a",), "purpose": Purpose.HANDLING,
        "legal_basis": Text("依据"), "matters": (), "row_scope": "", "quota": 0, "valid_from": TODAY - days(10),
        "valid_to": TODAY + days(90), "request": "q1",
    }  # fmt: skip
    return Grant(**(parts | changes))


def scene(*rights: ShareRequest | Grant, **changes: Any) -> Scene:
    requests = [one for one in rights if isinstance(one, ShareRequest)]
    grants = [one for one in rights if isinstance(one, Grant)]
    return replace(Scene(TODAY, "bureau", requests, grants, {"r": RESOURCE}, NEEDS), **changes)


def told(found: Any) -> list[tuple[str, str, str, str, tuple[str, ...]]]:
    return [(one.kind.value, one.cause, one.subject, one.owner, one.matters) for one in found]


REFUSED = request(state=RequestState.REFUSED, decided_at=NOON)
OLD = grant(valid_to=TODAY - days(1), valid_from=TODAY - days(200))


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ((), []),
        ((REFUSED,), [("refused", "refused", "q1", "source", ("m1", "m2"))]),
        ((replace(REFUSED, matters=("m2", "mx")),), [("refused", "refused", "q1", "source", ("m2",))]),
        ((REFUSED, grant()), []),
        ((REFUSED, replace(REFUSED, number="q2", requested_at=NOON + days(1), state=RequestState.GRANTED)), []),
        (
            (REFUSED, replace(REFUSED, number="q2", requested_at=NOON + days(1))),
            [("refused", "refused", "q2", "source", ("m1", "m2"))],
        ),
        (
            (REFUSED, request(number="q2", requested_at=NOON + days(1))),
            [("refused", "refused", "q1", "source", ("m1", "m2"))],
        ),
        ((request(due_on=TODAY),), []),
        ((request(due_on=TODAY - days(1)),), [("late", "reply", "q1", "source", ("m1", "m2"))]),
        ((request(due_on=TODAY - days(1), state=RequestState.WITHDRAWN),), []),
        ((grant(supply_due_on=TODAY - days(1)),), [("late", "supply", "g1", "source", ("m1", "m2"))]),
        ((grant(supply_due_on=TODAY - days(1), supplied_at=NOON),), []),
        ((OLD,), [("expired", "ended", "g1", "caller", ("m1", "m2"))]),
        ((replace(OLD, matters=("m1",)),), [("expired", "ended", "g1", "caller", ("m1",))]),
        ((replace(OLD, matters=("m9",)),), []),
        ((OLD, grant(number="g2", valid_from=TODAY + days(5))), []),
        (
            (grant(revoked_at=NOON, ended_as=Ending.WITHDRAWN),),
            [("expired", "withdrawn", "g1", "source", ("m1", "m2"))],
        ),
        ((grant(revoked_at=NOON, ended_as=Ending.RETURNED),), []),
        ((grant(suspended_until=TODAY),), []),
    ],
)  # fmt: skip
def test_what_requests_and_grants_show(rights: Any, expected: Any) -> None:
    assert told(barriers.found(scene(*rights))) == expected


@pytest.mark.parametrize(
    ("resources", "needs", "expected"),
    [
        ({}, NEEDS, [("missing", "uncatalogued", "r", "bureau", ("m1", "m2"))]),
        (
            {"r": replace(RESOURCE, state=ResourceState.RETIRED)},
            NEEDS,
            [("missing", "not_offered", "r", "source", ("m1", "m2"))],
        ),
        (
            {"r": replace(RESOURCE, share_type=ShareType.REFUSED)},
            NEEDS[:1],
            [("missing", "not_shared", "r", "source", ("m1",))],
        ),
        (
            {"r": RESOURCE},
            (Need("m1", Text("无犯罪证明"), "", bare=True), Need("m3", Text("无犯罪证明"), "", bare=True)),
            [("missing", "no_source", "无犯罪证明", "bureau", ("m1", "m3"))],
        ),
        ({"r": RESOURCE}, (Need("m1", Text("自备的合同"), "", bare=False),), []),
    ],
)
def test_what_matters_need_and_nothing_gives(resources: Any, needs: Any, expected: Any) -> None:
    assert told(barriers.found(scene(resources=resources, needs=needs))) == expected


@pytest.mark.parametrize(
    ("changes", "called", "stands"),
    [
        ({"valid_from": TODAY - days(90)}, False, True),
        ({"valid_from": TODAY - days(89)}, False, False),
        ({"valid_from": TODAY - days(90)}, True, False),
        ({"valid_from": TODAY - days(200), "valid_to": TODAY - days(1)}, False, False),
        ({"valid_from": TODAY - days(200), "revoked_at": NOON}, False, False),
    ],
)
def test_a_right_that_nobody_uses(changes: Any, called: bool, stands: bool) -> None:
    found = list(barriers.unused(scene(grant(**changes)), {"g1": called}))
    assert [(one.kind, one.owner) for one in found] == [(BarrierKind.UNUSED, "caller")] * stands


FAILED, OK = ("upstream_timeout", False), ("answered", True)
OTHER, DECLINED = ("quota_used", False), ("upstream_declined", False)


@pytest.mark.parametrize(
    ("newest", "cause"),
    [
        ((), None),
        ((FAILED, FAILED), None),
        ((FAILED, FAILED, FAILED, OK), "upstream_timeout"),
        ((OTHER, FAILED, OTHER, FAILED, FAILED), "upstream_timeout"),
        ((OK, FAILED, FAILED, FAILED), None),
        ((FAILED, FAILED, OK, FAILED, FAILED), None),
        ((OTHER, OTHER, OTHER), None),
        ((DECLINED, DECLINED, DECLINED), None),
        ((("index_damaged", False), FAILED, FAILED), "index_damaged"),
    ],
)
def test_a_source_that_fails_three_times_in_a_row(newest: Any, cause: str | None) -> None:
    outcomes = [Outcome(code, TODAY - days(place), answered) for place, (code, answered) in enumerate(newest)]
    found = list(barriers.broken(scene(), {"r": outcomes}))
    assert [one.cause for one in found] == [cause] * (cause is not None)
    if found:
        assert found[0].since == min(one.day for one in outcomes if barriers.is_failure(one.code))
