"""What a caller gets from a running gateway of two workers."""

from __future__ import annotations

import os
import threading
from collections import Counter

import pytest

from shudao.client.calls import Refused
from shudao.plane.ledger import reader, receipts
from tests.faces.gateway.process import PEOPLE, Place, children, person
from tests.plane.makers import SERVICE

ASK = {"service": SERVICE, "subject": person(1), "fields": ("name",), "purpose": "household-registration"}


def entry_of(place: Place, ledger: str) -> object:
    segment, _, sequence = ledger.rpartition(":")
    return next(
        found.entry for found in reader.entries(place.ledger, segment=segment) if found.sequence == int(sequence)
    )


def test_granted_fields_come_with_a_durable_ledger_entry(place: Place) -> None:
    answer = place.client().call(**ASK, case="510000-1", user="CN/clerk-1")
    assert answer.data == {"name": "试验人1"}
    assert (answer.as_of, answer.snapshot, answer.score) == ("2026-11-20T00:00:00+00:00", 7, 0.975)
    entry = entry_of(place, answer.ledger)
    assert (entry.case, entry.user, entry.outcome) == ("510000-1", "CN/clerk-1", "answered")
    assert (entry.subject, entry.fields, entry.grant) == (place.hashed(person(1)).hex(), ("name",), "grant-1")
    assert entry.call == answer.call
    assert receipts.parse(answer.receipt).entries >= int(answer.ledger.rpartition(":")[2]) + 1


def test_calls_go_before_the_sequencer(place: Place) -> None:
    """It takes in a second's entries at once; the workers' share of a processor is not cut for that."""
    assert place.process is not None
    below = Counter(os.getpriority(os.PRIO_PROCESS, each) for each in children(place.process.pid))
    mine = os.getpriority(os.PRIO_PROCESS, place.process.pid)
    assert below == {mine: place.workers, min(mine + 10, 19): 1}


def test_an_unknown_subject_is_no_refusal_and_is_recorded(place: Place) -> None:
    answer = place.client().call(**(ASK | {"subject": "519901000000000000"}), case="510000-1")
    assert not answer.found
    assert (answer.data, answer.score) == ({}, None)
    assert entry_of(place, answer.ledger).outcome == "no_record"


def test_a_subject_with_two_rows_shows_both(place: Place) -> None:
    answer = place.client().call(**(ASK | {"subject": "519901two"}), case="510000-1")
    assert [row["name"] for row in answer.rows] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("changes", "code", "kind"),
    [
        ({"purpose": "curiosity"}, "other_purpose", "Server.ServerProxy.AccessDenied"),
        ({"case": ""}, "no_case_number", "Server.ServerProxy.AccessDenied"),
        ({"case": "  "}, "no_case_number", "Server.ServerProxy.AccessDenied"),
        ({"fields": ("name", "birth_date")}, "field_not_granted", "Server.ServerProxy.AccessDenied"),
        ({"fields": ()}, "no_fields", "Server.ServerProxy.AccessDenied"),
        ({"fields": ("name", "name")}, "malformed_request", "Client.InvalidRequest"),
        ({"fields": ("../x",)}, "malformed_request", "Client.InvalidRequest"),
        ({"subject": ""}, "malformed_request", "Client.InvalidRequest"),
        ({"service": SERVICE + "x"}, "unknown_service", "Server.ServerProxy.UnknownService"),
    ],
)
def test_every_refusal_says_why_and_is_recorded(place: Place, changes: dict[str, object], code: str, kind: str) -> None:
    with pytest.raises(Refused) as caught:
        place.client().call(**({"case": "510000-1"} | ASK | changes))
    assert (caught.value.code, caught.value.type) == (code, kind)
    assert caught.value.message
    assert caught.value.detail
    assert entry_of(place, caught.value.ledger).outcome == code


def test_many_clients_at_once_each_get_their_own_person(place: Place) -> None:
    wrong: list[object] = []
    client = place.client()

    def work(start: int) -> None:
        for number in range(start, start + 25):
            answer = client.call(**(ASK | {"subject": person(number % PEOPLE)}), case=f"case-{number}")
            if answer.data["name"] != f"试验人{number % PEOPLE}" or entry_of(place, answer.ledger) is None:
                wrong.append((number, answer))

    threads = [threading.Thread(target=work, args=(start * 25,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    entries = [found.entry for found in reader.entries(place.ledger) if found.entry.case.startswith("case-")]
    assert sorted(int(entry.case[5:]) for entry in entries) == list(range(200))
