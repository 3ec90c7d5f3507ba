"""Full disks and killed workers while departments' services answer: nothing leaves without its entry."""

from __future__ import annotations

import http.client
import json
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from shudao.plane.ledger import reader
from shudao.plane.ledger.verify import verify
from tests.faces.gateway import raw
from tests.faces.gateway.department import FIELDS, PATH, Department, json_of, reply
from tests.faces.gateway.process import Place, children, person

pytestmark = pytest.mark.faults
ABOUT = {"x-shudao-subject": person(1), "x-shudao-purpose": "household-registration"}
SECRET = b"%PDF"


@pytest.fixture
def department() -> Iterator[Department]:
    made = Department()
    made.answers["/api/odd/paper"] = reply(200, {"Content-Type": "application/pdf"}, SECRET * 100_000)
    made.answers["/api/persons/7"] = json_of({"name": SECRET.decode()})
    yield made
    made.stop()


def started(own: Place, department: Department, workers: int = 1) -> None:
    own.networks, own.workers = "127.0.0.0/8", workers
    own.publish(resources=(department.resource(),), grants=(own.grant(resource="dept-persons", fields=FIELDS),))
    own.start()


def ask(own: Place, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return own.send(*raw.signed(own, method="GET", path=PATH + path, headers=ABOUT | headers))


@pytest.mark.parametrize("path", ["/persons/7", "/odd/paper"])
def test_when_nothing_can_be_written_nothing_of_an_answer_leaves(own: Place, department: Department, path: str) -> None:
    tell = department.answers["/api" + path]
    started(own, department)
    assert raw.outcome(ask(own, path)) == "answered"

    def full(handler: Any) -> None:
        # The disk is full from the question to the answer: writes fail at once, in the middle of a file.
        limit(own, 0)
        tell(handler)

    department.answers["/api" + path] = full
    status, headers, body = ask(own, path)
    assert len(department.asked) == 2
    assert (status, headers["x-shudao-refusal"]) == (500, "ledger_unavailable")
    assert SECRET not in body
    department.answers["/api" + path] = tell
    limit(own, resource.RLIM_INFINITY)
    assert raw.outcome(ask(own, path)) == "answered"
    assert verify(own.ledger, own.ring.verifiers("ledger")).problems == []


def limit(own: Place, size: int) -> None:
    for child in children(own.process.pid):
        resource.prlimit(child, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class Caller(threading.Thread):
    """Asks again and again; `answered` has the ledger's place and the call of what came whole."""

    def __init__(self, own: Place, number: int, stop: threading.Event) -> None:
        super().__init__()
        self.own, self.number, self.stop = own, number, stop
        self.answered: list[tuple[str, str]] = []

    def run(self) -> None:
        while not self.stop.is_set():
            self.number += 1
            path, call = ("/persons/7", "/odd/paper")[self.number % 2], f"c-{self.number}"
            try:
                status, headers, _ = ask(self.own, path, **{"x-road-id": call})
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)  # killed before the answer, or within it: its length tells
                continue
            if status == 200:
                self.answered.append((headers["x-shudao-ledger"], call))


def worker(own: Place) -> int:
    """Return a worker that answers, as soon as there is one."""
    deadline = time.monotonic() + 15
    while True:
        try:
            return int(json.loads(own.get("/health")[2])["worker"])
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline
            time.sleep(0.1)


def workers(own: Place, count: int) -> set[int]:
    """Return so many workers, each another: the server gives one up that dies twice within some seconds."""
    found, deadline = {worker(own)}, time.monotonic() + 15
    while len(found) < count:
        assert time.monotonic() < deadline
        found.add(worker(own))
    return found


def test_killed_workers_give_their_places_back_and_every_answer_stands_in_the_ledger(
    own: Place, department: Department
) -> None:
    started(own, department, workers=4)
    stop = threading.Event()
    callers = [Caller(own, start * 100_000, stop) for start in range(3)]
    for caller in callers:
        caller.start()
    try:
        for killed in workers(own, 3):
            time.sleep(1)
            os.kill(killed, signal.SIGKILL)
        time.sleep(1)
    finally:
        stop.set()
        for caller in callers:
            caller.join()
    held = {f"{found.segment}:{found.sequence}": found.entry.call for found in reader.entries(own.ledger)}
    answered = [one for caller in callers for one in caller.answered]
    assert answered
    assert [call for place, call in answered if held.get(place) != call] == []
    worker(own)
    assert raw.outcome(ask(own, "/persons/7")) == "answered", "no place is lost with a worker"
