"""Yes or no, several subjects at once, and so many calls a second: the other forms of a question."""

from __future__ import annotations

import json
import time

import pytest

from shudao.faces.gateway.comparing import agreed
from shudao.plane.ledger import reader
from tests.faces.gateway import raw
from tests.faces.gateway.process import Place, person

PURPOSE = "household-registration"


def ask(place: Place, **body: object) -> tuple[int, dict[str, str], dict[str, object]]:
    content = json.dumps({"purpose": PURPOSE} | body).encode()
    status, headers, told = place.send(*raw.signed(place, body=content))
    return status, headers, json.loads(told)


def entry(place: Place, ledger: str) -> object:
    segment, _, sequence = ledger.rpartition(":")
    return next(each.entry for each in reader.entries(place.ledger, segment=segment) if each.sequence == int(sequence))


def test_what_the_caller_says_is_compared_and_the_value_never_leaves(place: Place) -> None:
    status, headers, told = ask(place, subject=person(1), verify={"name": " 试验人１ ", "sex": "2"})
    assert (status, told["data"]) == (200, {"name": True, "sex": False})
    found = entry(place, headers["x-shudao-ledger"])
    assert (found.outcome, found.fields) == ("answered", ("name?", "sex?"))
    assert "试验人".encode() not in b"".join(path.read_bytes() for path in place.ledger.rglob("*.seg"))
    status, _, told = ask(place, subject="519901000000000000", verify={"name": "x"})
    assert (status, told) == (404, {"data": None})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"verify": {"birth_date": "1990-01-01"}}, "field_not_granted"),
        ({"verify": {"name": ["x"]}}, "malformed_request"),
        ({"verify": {"name": "x" * 1025}}, "malformed_request"),
        ({"verify": {"name": "x"}, "fields": ["name"]}, "malformed_request"),
        ({"verify": {}}, "no_fields"),
    ],
)
def test_no_other_way_of_comparing(place: Place, body: dict[str, object], code: str) -> None:
    assert ask(place, subject=person(1), **body)[1]["x-shudao-refusal"] == code


def test_a_yes_or_no_grant_refuses_reading(own: Place) -> None:
    own.publish(grants=(own.grant(verify_only=True),))
    own.start()
    status, headers, _ = ask(own, subject=person(1), fields=["name"])
    assert (status, headers["x-shudao-refusal"]) == (500, "verify_only")
    assert ask(own, subjects=[person(1)], fields=["name"])[1]["x-shudao-refusal"] == "verify_only"
    assert ask(own, subject=person(1), verify={"sex": 1})[2]["data"] == {"sex": True}


def test_values_are_compared_as_what_they_mean() -> None:
    rows = [{"a": "甲", "b": 2, "c": None}, {"a": "乙", "b": 1.50, "c": True}]
    assert agreed(rows, {"a": "乙", "b": "1.5", "c": True}) == {"a": True, "b": True, "c": True}
    assert agreed(rows, {"a": "甲", "b": "1.5"}) == {"a": True, "b": False}, "never pieced together"
    assert agreed(rows, {"a": "", "b": None}) == {"a": False, "b": False}
    assert agreed(rows, {"c": None, "a": "\u3000甲 "}) == {"c": True, "a": True}


def test_a_batch_answers_each_subject_in_order_with_an_entry_of_its_own(place: Place) -> None:
    subjects = [person(3), "519901000000000000", person(1), person(3)]
    status, headers, told = ask(place, subjects=subjects, fields=["name"])
    answers = told["answers"]
    assert status == 200
    names = [answer["data"] and answer["data"]["name"] for answer in answers]
    assert names == ["试验人3", None, "试验人1", "试验人3"]
    entries = [entry(place, answer["ledger"]) for answer in answers]
    assert [found.subject for found in entries] == [place.hashed(subject).hex() for subject in subjects]
    assert [found.outcome for found in entries] == ["answered", "no_record", "answered", "answered"]
    assert len({answer["ledger"] for answer in answers}) == 4
    assert headers["x-shudao-ledger"] == answers[-1]["ledger"]


@pytest.mark.parametrize("subjects", [[], [""], ["x" * 65], ["1"] * 101, "1", [1]])
def test_a_batch_has_1_to_100_sound_subjects(place: Place, subjects: object) -> None:
    assert ask(place, subjects=subjects, fields=["name"])[1]["x-shudao-refusal"] == "malformed_request"
    assert len(ask(place, subjects=[person(1)] * 100, fields=["name"])[2]["answers"]) == 100


def test_a_refused_batch_is_refused_for_each(place: Place) -> None:
    before = sum(1 for each in reader.entries(place.ledger) if each.entry.outcome == "field_not_granted")
    status, _, _ = ask(place, subjects=[person(1), person(2), person(3)], fields=["birth_date"])
    assert status == 500
    after = sum(1 for each in reader.entries(place.ledger) if each.entry.outcome == "field_not_granted")
    assert after == before + 3


def test_each_of_a_batch_counts_on_the_quota(own: Place) -> None:
    own.publish(grants=(own.grant(quota=3),))
    own.start()
    _, _, told = ask(own, subjects=[person(1)] * 5, fields=["name"])
    assert [answer.get("refusal") for answer in told["answers"]] == [None, None, None, "quota_used", "quota_used"]
    assert ask(own, subjects=[person(1)], fields=["name"])[1]["x-shudao-refusal"] == "quota_used"


def test_a_rate_holds_over_two_workers_and_says_when_to_come_again(own: Place) -> None:
    own.workers = 2
    own.publish(grants=(own.grant(rate=2),))
    own.start()
    started, outcomes = time.monotonic(), []
    while time.monotonic() < started + 2.2:
        reply = own.send(*raw.signed(own))
        outcomes.append(raw.outcome(reply))
        if outcomes[-1] == "rate_exceeded":
            assert reply[1]["retry-after"] == "1"
    assert set(outcomes) == {"answered", "rate_exceeded"}
    assert 4 <= outcomes.count("answered") <= 2 + 2 * (time.monotonic() - started)
