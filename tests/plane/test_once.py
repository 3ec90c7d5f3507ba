"""Nonces and quotas: once is once, over processes and restarts."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from shudao.plane import once
from shudao.plane.ledger import entry
from shudao.plane.ledger.segment import Segment
from shudao.plane.once import OnceStore
from tests.plane import ledgers, makers

SECOND = int(makers.NOW.timestamp())
TODAY = once.day_of(makers.NOW)


def test_a_nonce_counts_once_for_each_client(tmp_path: Path) -> None:
    store = OnceStore(tmp_path)
    assert store.claim(SECOND, "a", "nonce")
    assert not store.claim(SECOND, "a", "nonce")
    assert store.claim(SECOND, "b", "nonce")
    assert store.claim(SECOND, "a", "other")
    store.close()


def _claim_all(folder: str, out: multiprocessing.Queue[int]) -> None:
    store = OnceStore(Path(folder))
    out.put(sum(store.claim(SECOND, "a", str(number)) + store.reserve("g", 100, TODAY) * 1000 for number in range(300)))
    store.close()


def test_of_many_processes_only_one_gets_each_nonce_and_the_quota_is_shared(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    out = spawn.Queue()
    processes = [spawn.Process(target=_claim_all, args=(str(tmp_path), out)) for _ in range(3)]
    for process in processes:
        process.start()
    total = sum(out.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    assert total == 300 + 100 * 1000


def test_old_nonces_are_thrown_away(tmp_path: Path) -> None:
    store = OnceStore(tmp_path)
    for number in range(500):
        store.claim(SECOND, "a", str(number))
    for number in range(1000):
        store.claim(SECOND + 10_000, "a", str(number))
    assert store.claim(SECOND, "a", "1")
    assert not store.claim(SECOND + 10_000, "a", "1")
    store.close()


def test_it_is_made_again_from_the_ledger(tmp_path: Path) -> None:
    segment = Segment(tmp_path / "ledger", ledgers.SIGNER)
    recent = msgspec.structs.replace(
        ledgers.sample(1), instant=SECOND * 1_000_000, created=SECOND, grant="g", client="a", nonce="used-before"
    )
    yesterday = msgspec.structs.replace(recent, instant=(SECOND - 86_400) * 1_000_000, created=SECOND - 86_400)
    segment.write([entry.encode(recent), entry.encode(yesterday)])
    once.made_again(tmp_path / "store", tmp_path / "ledger", makers.NOW + timedelta(minutes=1))
    store = OnceStore(tmp_path / "store")
    assert not store.claim(SECOND, "a", "used-before")
    assert store.claim(SECOND, "a", "fresh")
    assert store.used(TODAY).get("g", 0) == 1
    store.close()


def test_a_rate_lets_so_many_through_at_once_and_then_one_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instant = [10**12]
    monkeypatch.setattr(once, "monotonic_ns", lambda: instant[0])
    store = OnceStore(tmp_path)
    assert [store.take("g", 4) for _ in range(5)] == [0, 0, 0, 0, 0.25]
    assert store.take("other", 4) == 0
    instant[0] += 250_000_000
    assert [store.take("g", 4) for _ in range(2)] == [0, 0.25]
    instant[0] += 10**10
    assert [store.take("g", 1) for _ in range(2)] == [0, 1.0]
    store.close()
