"""Processes killed and disks full: no acknowledged call is missing from the ledger, no success without an entry."""

from __future__ import annotations

import os
import random
import resource
import signal
import threading
import time
from pathlib import Path

import pytest

from shudao.client.calls import Answer, Client, Refused, Unreachable
from shudao.plane.ledger import checkpoints, reader
from shudao.plane.ledger.verify import verify
from tests.faces.gateway import raw
from tests.faces.gateway.process import Place, children, person
from tests.plane.makers import SERVICE

pytestmark = pytest.mark.faults


def keep_calling(client: Client, start: int, answers: list[Answer], stop: threading.Event) -> None:
    number = start
    while not stop.is_set():
        try:
            subject, case = person(number % 200), f"c-{number}"
            answers.append(client.call(SERVICE, subject, ["name"], "household-registration", case))
        except (Unreachable, Refused):
            time.sleep(0.05)
        number += 1


def check(place: Place, answers: list[Answer]) -> None:
    held = {f"{found.segment}:{found.sequence}": found.entry for found in reader.entries(place.ledger)}
    missing = [answer for answer in answers if getattr(held.get(answer.ledger), "call", None) != answer.call]
    assert missing == []
    places = [answer.ledger for answer in answers]
    assert len(places) == len(set(places))
    report = verify(place.ledger, place.ring.verifiers("ledger"))
    assert report.problems == []


@pytest.mark.parametrize("rounds", [4])
def test_after_kill_9_under_load_every_acknowledged_call_is_in_the_ledger(own: Place, rounds: int) -> None:
    chance = random.Random(1)
    own.workers = 2
    own.publish()
    own.start()
    answers: list[Answer] = []
    stop = threading.Event()
    clients = [own.client(timeout=1.0) for _ in range(8)]
    threads = [
        threading.Thread(target=keep_calling, args=(client, n * 100_000, answers, stop))
        for n, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    before = 0
    try:
        for number in range(rounds):
            time.sleep(0.5 + chance.random())
            assert len(answers) > before, own.log.read_text()
            before = len(answers)
            if number % 2:
                own.kill()
                own.start()
            else:
                os.kill(chance.choice(children(own.process.pid)), signal.SIGKILL)
                time.sleep(1)
        time.sleep(1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert len(answers) > before
    own.stop()
    check(own, answers)
    newest = checkpoints.read(own.ledger)[-1]
    assert newest.size == reader.count(own.ledger)


def test_when_nothing_can_be_written_nothing_is_answered_and_it_resumes(own: Place) -> None:
    own.publish()
    own.start()
    client = own.client(timeout=2.0)
    ask = (SERVICE, person(1), ["name"], "household-registration", "1")
    first = client.call(*ask)
    # A limit on file size fails writes as a full disk does: at once, in the middle of a file.
    full, free = (0, resource.RLIM_INFINITY), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    for child in children(own.process.pid):
        resource.prlimit(child, resource.RLIMIT_FSIZE, full)
    started = time.monotonic()
    for _ in range(5):
        with pytest.raises(Refused) as caught:
            client.call(*ask)
        assert caught.value.code == "ledger_unavailable"
        assert caught.value.ledger == ""
    assert time.monotonic() - started < 2
    assert raw.outcome(own.send(*raw.signed(own))) == "ledger_unavailable"
    for child in children(own.process.pid):
        resource.prlimit(child, resource.RLIMIT_FSIZE, free)
    second = client.call(*ask)
    own.stop()
    check(own, [first, second])


def test_workers_die_with_their_launcher_and_leave_the_port_free(own: Place) -> None:
    own.workers = 2
    own.publish()
    own.start()
    assert own.process is not None
    before = children(own.process.pid)
    os.kill(own.process.pid, signal.SIGKILL)
    own.process.wait()
    deadline = time.monotonic() + 5
    while any(running(each) for each in before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [each for each in before if running(each)] == []
    own.start()
    assert raw.outcome(own.send(*raw.signed(own))) == "answered"


def running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_stops_on_sigterm_with_every_entry_under_a_checkpoint(own: Place) -> None:
    own.publish()
    own.start()
    answers = [own.client().call(SERVICE, person(1), ["name"], "household-registration", "1")]
    assert own.process is not None
    own.process.send_signal(signal.SIGTERM)
    assert own.process.wait(10) == 0
    check(own, answers)
    assert checkpoints.read(own.ledger)[-1].size == 1
