"""What may be given of what was asked: never more, against an oracle that lists every call a right lets through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shudao.contexts.exchange.contracts.registry import Cycle, Item, Resource, ShareType
from shudao.contexts.exchange.contracts.rights import Given, Grant, Purpose, RequestState, ShareRequest, Wanted
from shudao.contexts.exchange.rules import rights
from shudao.kernel.texts import Text

DAY = date(2026, 11, 24)
FIELDS, MATTERS = ("a", "b", "c"), ("m1", "m2")
DIVISIONS = ("510000000000", "510100000000", "510107000000", "510700000000")
RESOURCE = Resource(
    code="r",
    catalogue_code="1",
    name=Text("资源"),
    abstract=Text("摘要"),
    provider="source",
    classes=(),
    format="table",
    items=tuple(Item(name, Text(name), "text", 2) for name in FIELDS),
    share_type=ShareType.CONDITIONAL,
    condition=Text("条件"),
    basis=Text(""),
    cycle=Cycle.DAY,
    matters=MATTERS,
    dataset="d",
    sensitivity=2,
    subject="person",
    published_on=DAY,
    row_field="division",
)
PARTS = st.fixed_dictionaries(
    {
        "fields": st.sets(st.sampled_from(FIELDS), min_size=1).map(lambda found: tuple(sorted(found))),
        "matters": st.sampled_from([(), ("m1",), ("m2",), MATTERS]),
        "row_scope": st.sampled_from(["", *DIVISIONS]),
        "quota": st.integers(0, 3),
        "rate": st.integers(0, 3),
        "verify_only": st.booleans(),
        "valid_from": st.integers(0, 3).map(lambda days: DAY + timedelta(days=days)),
        "valid_to": st.integers(3, 6).map(lambda days: DAY + timedelta(days=days)),
    }
)


def asked(**parts: object) -> ShareRequest:
    whole: dict[str, object] = {
        "number": "q",
        "system": "s",
        "resource": "r",
        "fields": FIELDS,
        "purpose": Purpose.HANDLING,
        "scenario": Text("场景"),
        "legal_basis": Text("依据"),
        "matters": (),
        "row_scope": "",
        "quota": 0,
        "valid_from": DAY,
        "valid_to": DAY + timedelta(days=9),
        "state": RequestState.PENDING,
        "requested_by": "one",
        "requested_at": datetime(2026, 11, 24, tzinfo=UTC),
        "department": "asker",
        "provider": "source",
        "due_on": DAY,
    }
    return ShareRequest(**(whole | parts))  # type: ignore[arg-type]


def lets_through(right: ShareRequest | Given) -> set[tuple[object, ...]]:
    """Every (field, matter, row's division, nth call of a day, nth of a second, value read, day) it allows."""
    return {
        (field, matter, division, nth, burst, read, day)
        for field, matter, division, nth, burst, read, day in product(
            right.fields,
            right.matters or (*MATTERS, "one that may use it later"),
            [one for one in DIVISIONS if under(one, right.row_scope)],
            range(1, 1 + (right.quota or 9)),
            range(1, 1 + (right.rate or 9)),
            [False] if right.verify_only else [False, True],
            range((right.valid_from - DAY).days, (right.valid_to - DAY).days + 1),
        )
    }


def under(division: str, scope: str) -> bool:
    parents = {"510107000000": {"510100000000", "510000000000"}}
    others = parents.get(division, {"510000000000"})
    return not scope or division == scope or scope in others


@settings(deadline=None, max_examples=60)
@given(wish=PARTS, gift=PARTS)
def test_what_passes_lets_no_call_through_that_was_not_asked_for(
    wish: dict[str, object], gift: dict[str, object]
) -> None:
    request, giving = asked(**wish), Given(**gift)  # type: ignore[arg-type]
    problems = dict(rights.widened(request, giving, resource=RESOURCE, today=DAY))
    narrower = lets_through(giving) <= lets_through(request)
    assert not problems or not narrower or giving.valid_to < DAY
    assert problems or narrower


@settings(deadline=None, max_examples=60)
@given(wish=PARTS)
def test_all_that_was_asked_can_be_given_and_differs_nowhere(wish: dict[str, object]) -> None:
    request = asked(**wish)
    whole = rights.as_asked(request)
    assert not list(rights.widened(request, whole, resource=RESOURCE, today=DAY))
    assert rights.narrowed(request, whole) == ()
    assert rights.narrowed(request, replace(whole, verify_only=not whole.verify_only)) == ("verify_only",)


@pytest.mark.parametrize(
    ("division", "scope", "inside"),
    [
        ("510107009006", "510107000000", True),
        ("510107000000", "510107009006", False),
        ("510110000000", "510100000000", True),
        ("511000000000", "510100000000", False),
        ("", "510100000000", False),
        ("510100000000", "", True),
    ],
)
def test_a_division_lies_within_another_by_its_levels_digits(division: str, scope: str, inside: bool) -> None:
    assert rights.within(division, scope) is inside


GRANT = Grant("g", "s", "r", FIELDS, Purpose.HANDLING, Text("依据"), (), "", 0, DAY, DAY + timedelta(days=20), "q")


@pytest.mark.parametrize(
    ("changes", "ended", "today", "problems"),
    [
        ({}, False, DAY, set()),
        ({"valid_from": DAY + timedelta(days=20)}, False, DAY, {"valid_from"}),
        ({"valid_from": DAY + timedelta(days=22)}, False, DAY, {"valid_from"}),
        ({"system": "other"}, False, DAY, {"renews"}),
        ({"purpose": Purpose.SUPERVISION}, False, DAY, {"renews"}),
        ({}, True, DAY, {"renews"}),
        ({}, False, DAY + timedelta(days=21), {"renews"}),
        ({}, False, DAY - timedelta(days=11), {"renews"}),
    ],
)
def test_a_renewal_follows_its_grant_day_by_day(
    changes: dict[str, object], ended: bool, today: date, problems: set[str]
) -> None:
    parts: dict[str, object] = {
        "system": "s",
        "resource": "r",
        "fields": FIELDS,
        "purpose": Purpose.HANDLING,
        "scenario": Text("场景"),
        "legal_basis": Text("依据"),
        "valid_from": DAY + timedelta(days=21),
        "valid_to": DAY + timedelta(days=90),
        "renews": "g",
    }
    renewed = replace(GRANT, revoked_at=datetime(2026, 11, 24, tzinfo=UTC)) if ended else GRANT
    found = rights.renewal_problems(Wanted(**(parts | changes)), renewed, today=today)  # type: ignore[arg-type]
    assert {name for name, _ in found} == problems
