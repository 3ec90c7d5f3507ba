"""A gateway on another host takes the newest snapshot that verifies, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shudao.kernel import signing
from shudao.plane import snapshot
from shudao.plane.fetching import Fetcher
from shudao.plane.handing import Server
from tests.plane import makers

SIGNER = signing.scheme().signer("snapshot-1", bytes(range(32)))
VERIFIERS = {"snapshot-1": signing.scheme().verifier("snapshot-1", signing.scheme().public_of(bytes(range(32))))}


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "control", "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher(control: Server, tmp_path: Path) -> Fetcher:
    return Fetcher(f"http://127.0.0.1:{control.server_address[1]}", tmp_path / "here", lambda: VERIFIERS)


def publish(control: Server, version: int) -> None:
    snapshot.publish(makers.snapshot(version=version), control.folder, SIGNER)


def here(tmp_path: Path) -> int:
    return snapshot.read(tmp_path / "here", VERIFIERS).version


def test_what_is_new_is_taken_once(control: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    assert not fetcher.fetch()
    assert fetcher.problem
    publish(control, 1)
    assert fetcher.fetch()
    assert (here(tmp_path), fetcher.problem) == (1, "")
    written = (tmp_path / "here" / snapshot.FILE).stat().st_mtime_ns
    assert not fetcher.fetch()
    snapshot.confirm(control.folder, 1, now=makers.NOW, signer=SIGNER)
    assert fetcher.fetch()
    assert (tmp_path / "here" / snapshot.FILE).stat().st_mtime_ns == written
    publish(control, 2)
    assert fetcher.fetch()
    assert here(tmp_path) == 2


@pytest.mark.parametrize("how", ["older", "changed", "foreign", "unreachable"])
def test_what_does_not_hold_is_left_and_told(control: Server, fetcher: Fetcher, tmp_path: Path, how: str) -> None:
    publish(control, 1)
    old = (control.folder / snapshot.FILE).read_bytes()
    publish(control, 2)
    fetcher.fetch()
    wrong = {"older": old, "changed": old.replace(b'"version":1', b'"version":3'), "foreign": b"<html>"}
    if how in wrong:
        (control.folder / snapshot.FILE).write_bytes(wrong[how])
    else:
        control.shutdown()
        control.server_close()
    assert not fetcher.fetch()
    assert fetcher.problem
    assert here(tmp_path) == 2


def test_an_older_confirmation_is_not_taken(control: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    publish(control, 1)
    for moment in (makers.NOW, makers.NOW - timedelta(minutes=1)):
        snapshot.confirm(control.folder, 1, now=moment, signer=SIGNER)
        fetcher.fetch()
    found = snapshot.read_alive(tmp_path / "here", VERIFIERS)
    assert found is not None
    assert found.confirmed == makers.NOW
    assert "alive.json" in fetcher.problem


def test_a_damaged_file_of_ones_own_is_replaced(control: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    publish(control, 1)
    fetcher.fetch()
    (tmp_path / "here" / snapshot.FILE).write_bytes(b"{}")
    publish(control, 2)
    assert fetcher.fetch()
    assert here(tmp_path) == 2


def test_nothing_but_the_two_files_is_handed_out(control: Server, fetcher: Fetcher, tmp_path: Path) -> None:
    publish(control, 1)
    other = Fetcher(f"http://127.0.0.1:{control.server_address[1]}/history", tmp_path / "x", lambda: VERIFIERS)
    assert not other.fetch()
    assert "404" in other.problem


def test_it_follows_until_it_is_stopped_and_tells_each_problem_once(control: Server, fetcher: Fetcher) -> None:
    told: list[str] = []
    stopping = threading.Event()
    thread = threading.Thread(target=fetcher.follow, args=(stopping, told.append))
    thread.start()
    deadline = time.monotonic() + 20
    while not told and time.monotonic() < deadline:
        time.sleep(0.02)
    publish(control, 1)
    while len(told) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    stopping.set()
    thread.join()
    assert len(told) == 2
    assert "reached again" in told[1]
