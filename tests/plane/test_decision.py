"""Grants as the law of a call: 10,000 random decisions against an independent oracle, and each rule by itself."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shudao.plane import decision
from shudao.plane.decision import Book, Call, Refusal
from shudao.plane.grants import Endpoint, RowScope, Upstream
from tests.plane import makers, oracle
from tests.plane.makers import CLIENT, NOW, SERVICE

FIELDS = ("name", "sex", "birth_date", "hukou_division")
OWN = Upstream(
    "https://data.example", (Endpoint("GET", "/persons/{id}"), Endpoint("POST", "/"), Endpoint("GET", "/a.b"))
)


def call(**changes: object) -> Call:
    values: dict[str, object] = {
        "client": CLIENT,
        "service": SERVICE,
        "purpose": "household-registration",
        "case": "510000-1",
        "fields": ("name",),
    }
    return Call(**(values | changes))


def random_world(chance: random.Random) -> object:
    clients, services = [CLIENT, CLIENT + "-b"], [SERVICE, SERVICE + "-b"]
    resources = tuple(
        makers.resource(
            code=f"r{number}",
            service=service,
            personal=chance.random() < 0.7,
            staleness=chance.choice([0, 5, 10, 60, 3600]),
            upstream=chance.choice([None, None, OWN]),
        )
        for number, service in enumerate(services)
    )
    grants = tuple(
        makers.grant(
            id=f"g{number}",
            client=chance.choice(clients),
            resource=chance.choice(["r0", "r1"]),
            fields=tuple(chance.sample(FIELDS, chance.randint(1, 4))),
            purpose=chance.choice(["a", "b"]),
            quota=chance.choice([0, 0, 1, 5]),
            verify_only=chance.random() < 0.3,
            valid_from=NOW + timedelta(seconds=chance.choice([-100, -100, -1, 0, 1])),
            valid_to=NOW + timedelta(seconds=chance.choice([-1, 0, 1, 100, 100])),
        )
        for number in chance.sample(range(100), chance.randint(0, 6))
    )
    systems = tuple(makers.system(client=client) for client in clients[: chance.randint(1, 2)])
    return makers.snapshot(systems=systems, resources=resources, grants=grants)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_random_decisions_equal_the_oracle(seed: int) -> None:
    chance = random.Random(seed)
    snapshot = random_world(chance)
    book = Book(snapshot)
    for _ in range(100):
        asked = call(
            client=chance.choice([CLIENT, CLIENT, CLIENT + "-b", "nobody"]),
            service=chance.choice([SERVICE, SERVICE, SERVICE + "-b", "nothing"]),
            purpose=chance.choice(["a", "b", ""]),
            case=chance.choice(["", "c1", "c1"]),
            fields=tuple(chance.sample(FIELDS, chance.choice([0, 1, 1, 2]))),
            age=chance.choice([0.0, 9.9, 10.0, 11.0, 61.0]),
            verify=chance.random() < 0.3,
            method=chance.choice(["GET", "POST"]),
            path=chance.choice(["/", "/persons/7", "/persons/7/x", "/persons/", "/persons", "/a.b", "/axb"]),
            used={f"g{number}": chance.choice([0, 1, 4, 5]) for number in range(100)},
        )
        made = decision.decide(book, asked, NOW)
        assert (made.refusal or "") == oracle.verdict(snapshot, asked, NOW)
        assert made.allowed == (made.refusal is None)
        if made.allowed:
            assert set(asked.fields) <= set(made.grant.fields)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"client": "x"}, Refusal.UNKNOWN_CLIENT),
        ({"service": "x"}, Refusal.UNKNOWN_SERVICE),
        ({"purpose": "curiosity"}, Refusal.PURPOSE),
        ({"case": ""}, Refusal.NO_CASE),
        ({"fields": ()}, Refusal.NO_FIELDS),
        ({"fields": ("name", "birth_date")}, Refusal.FIELDS),
        ({"age": 86_401.0}, Refusal.STALE),
    ],
)
def test_each_rule(changes: dict[str, object], code: Refusal | None) -> None:
    assert decision.decide(Book(makers.snapshot()), call(**changes), NOW).refusal == code


def test_a_grant_ends_at_its_last_instant_and_its_quota() -> None:
    book = Book(makers.snapshot(grants=(makers.grant(quota=2),)))
    assert decision.decide(book, call(used={"grant-1": 1}), NOW).allowed
    assert decision.decide(book, call(used={"grant-1": 2}), NOW).refusal == Refusal.QUOTA
    assert decision.decide(book, call(), NOW + makers.DAY).refusal == Refusal.EXPIRED
    assert decision.decide(book, call(), NOW - 2 * makers.DAY).refusal == Refusal.NOT_YET


def test_a_yes_or_no_grant_lets_nothing_be_read_and_a_wider_one_beside_it_does() -> None:
    only = makers.grant(id="g1", verify_only=True)
    book = Book(makers.snapshot(grants=(only,)))
    assert decision.decide(book, call(), NOW).refusal == Refusal.VERIFY_ONLY
    assert decision.decide(book, call(verify=True), NOW).allowed
    assert decision.decide(book, call(verify=True, fields=("birth_date",)), NOW).refusal == Refusal.FIELDS
    both = Book(makers.snapshot(grants=(only, makers.grant(id="g2"))))
    assert decision.decide(both, call(), NOW).grant.id == "g2"


@pytest.mark.parametrize(
    ("method", "path", "fits"),
    [
        ("GET", "/persons/7", True),
        ("GET", "/persons/{id}", True),
        ("POST", "/", True),
        ("POST", "/persons/7", False),
        ("GET", "/persons/", False),
        ("GET", "/persons/7/8", False),
        ("GET", "/a.b", True),
        ("GET", "/axb", False),
        ("GET", "/A.b", False),
    ],
)
def test_an_endpoint_is_a_method_and_a_template(method: str, path: str, fits: bool) -> None:
    resource = makers.resource(dataset="", index="", upstream=OWN)
    book = Book(makers.snapshot(resources=(resource,)))
    assert (book.endpoint(resource, method, path) is not None) == fits
    wanted = None if fits else Refusal.ENDPOINT
    assert decision.decide(book, call(method=method, path=path, fields=()), NOW).refusal == wanted


def test_a_key_counts_within_its_time_only() -> None:
    book = Book(makers.snapshot())
    assert book.key(CLIENT, "window-1", NOW) is not None
    assert book.key(CLIENT, "window-1", NOW + makers.DAY) is None
    assert book.key("other", "window-1", NOW) is None


def test_rows_are_cut_to_the_scope_and_the_asked_fields() -> None:
    rows = [{"name": "a", "hukou_division": "510104"}, {"name": "b", "hukou_division": "511602"}, {"name": "c"}]
    granted = makers.grant(scope=RowScope("hukou_division", ("5101", "5102")))
    assert decision.shown(rows, ("name", "sex"), granted) == [{"name": "a", "sex": None}]
    assert len(decision.shown(rows, ("name",), makers.grant())) == 3
