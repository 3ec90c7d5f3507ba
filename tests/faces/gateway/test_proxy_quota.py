"""What a caller is charged with and what a service is: an answer counts, a failure does not, a choice is no failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from shudao.plane.ledger import reader
from tests.faces.gateway import raw
from tests.faces.gateway.department import FIELDS, PATH, Department, json_of, reply
from tests.faces.gateway.process import Place, person

ABOUT = {"x-shudao-subject": person(1), "x-shudao-purpose": "household-registration"}


@pytest.fixture
def department() -> Iterator[Department]:
    made = Department()
    yield made
    made.stop()


def started(own: Place, department: Department, **grant: object) -> None:
    own.networks, own.workers = "127.0.0.0/8", 2
    own.publish(
        resources=(department.resource(),), grants=(own.grant(resource="dept-persons", fields=FIELDS, **grant),)
    )
    own.start()


def ask(own: Place, path: str) -> str:
    return raw.outcome(own.send(*raw.signed(own, method="GET", path=PATH + path, headers=ABOUT)))


def test_a_quota_is_of_answers_over_all_workers_and_restarts(own: Place, department: Department) -> None:
    department.answers["/api/persons/bad"] = json_of({}, 422)
    started(own, department, quota=3)
    assert [ask(own, "/persons/bad") for _ in range(4)] == ["upstream_declined"] * 4
    assert [ask(own, "/persons/7") for _ in range(4)] == ["answered"] * 3 + ["quota_used"]
    asked = len(department.asked)
    own.kill()
    own.start()
    assert ask(own, "/persons/7") == "quota_used"
    assert len(department.asked) == asked, "it is not even asked"


def test_an_answer_that_breaks_off_before_its_first_byte_was_shown_to_nobody(
    own: Place, department: Department
) -> None:
    def broken(handler: Any) -> None:
        reply(200, {"Content-Type": "application/pdf", "Content-Length": "900000"}, b"")(handler)
        handler.close_connection = True

    department.answers["/api/odd/paper"] = broken
    started(own, department)
    assert ask(own, "/odd/paper") == "upstream_broken"
    assert [found.entry.outcome for found in reader.entries(own.ledger)] == ["upstream_broken"]


def test_a_rate_holds_for_a_departments_service(own: Place, department: Department) -> None:
    started(own, department, rate=1)
    told = [ask(own, "/persons/7") for _ in range(6)]
    assert (told[0], "rate_exceeded" in told) == ("answered", True)


def test_answers_that_are_too_large_leave_the_service_open_to_others(own: Place, department: Department) -> None:
    department.answers["/api/odd/big"] = reply(200, {"Content-Length": "9999999"}, b"x")
    started(own, department)
    assert [ask(own, "/odd/big") for _ in range(12)] == ["answer_too_large"] * 12
    assert ask(own, "/persons/7") == "answered"
