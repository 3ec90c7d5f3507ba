"""The grant snapshot: whole, signed, followed within a second, never backwards."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from shudao.kernel import signing
from shudao.plane import snapshot as snapshots
from tests.plane import makers

SIGNER = signing.scheme().signer("cp-1", bytes(32))
VERIFIERS = {"cp-1": signing.scheme().verifier("cp-1", signing.scheme().public_of(bytes(32)))}


def test_what_is_published_is_read(tmp_path: Path) -> None:
    given = makers.snapshot()
    path = snapshots.publish(given, tmp_path, SIGNER)
    assert snapshots.read(tmp_path, VERIFIERS) == given
    assert "人口基本信息" in path.read_text("utf-8")
    assert (tmp_path / "history" / "grants-0000000001.json").read_bytes() == path.read_bytes()


def test_every_changed_byte_is_found_and_the_file_named(tmp_path: Path) -> None:
    path = snapshots.publish(makers.snapshot(), tmp_path, SIGNER)
    content = path.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 + place % 3
        path.write_bytes(changed)
        with pytest.raises(snapshots.SnapshotRefused) as caught:
            snapshots.read(tmp_path, VERIFIERS)
        assert caught.value.details["file"] == "grants.json"


def test_a_wider_grant_written_by_hand_is_told_as_tampering(tmp_path: Path) -> None:
    path = snapshots.publish(makers.snapshot(), tmp_path, SIGNER)
    path.write_bytes(path.read_bytes().replace(b'"fields":["name","sex"]', b'"fields":["name","hukou_division"]'))
    with pytest.raises(snapshots.SnapshotRefused, match="改动"):
        snapshots.read(tmp_path, VERIFIERS)


def test_signatures_of_strangers_and_heartbeats_in_its_place_are_refused(tmp_path: Path) -> None:
    path = snapshots.publish(makers.snapshot(), tmp_path, signing.scheme().signer("x", bytes(32)))
    with pytest.raises(snapshots.SnapshotRefused, match="不受信任"):
        snapshots.read(tmp_path, VERIFIERS)
    snapshots.confirm(tmp_path, 1, now=makers.NOW, signer=SIGNER)
    alive = json.loads((tmp_path / "alive.json").read_bytes())
    path.write_text(json.dumps({"snapshot": alive["alive"], "signature": alive["signature"]}))
    with pytest.raises(snapshots.SnapshotRefused):
        snapshots.read(tmp_path, VERIFIERS)
    with pytest.raises(snapshots.SnapshotRefused, match="尚未发布"):
        snapshots.read(tmp_path / "nowhere", VERIFIERS)


def test_a_version_is_published_once(tmp_path: Path) -> None:
    snapshots.publish(makers.snapshot(version=2), tmp_path, SIGNER)
    for version in (1, 2):
        with pytest.raises(snapshots.SnapshotRefused):
            snapshots.publish(makers.snapshot(version=version), tmp_path, SIGNER)


def test_the_watcher_follows_but_never_back_and_survives_damage(tmp_path: Path) -> None:
    watcher = snapshots.Watcher(tmp_path, lambda: VERIFIERS)
    assert not watcher.look()
    assert watcher.problem
    snapshots.publish(makers.snapshot(version=1), tmp_path, SIGNER)
    first = (tmp_path / "grants.json").read_bytes()
    assert watcher.look()
    assert not watcher.look()
    snapshots.publish(makers.snapshot(version=2, grants=()), tmp_path, SIGNER)
    assert watcher.look()
    assert watcher.snapshot.grants == ()
    (tmp_path / "grants.json").write_bytes(first)
    assert not watcher.look()
    assert "早于" in watcher.problem
    (tmp_path / "grants.json").write_bytes(b"{")
    assert not watcher.look()
    assert watcher.snapshot.version == 2
    assert "grants.json" in watcher.problem


def test_age_counts_from_the_last_heartbeat_for_this_version(tmp_path: Path) -> None:
    watcher = snapshots.Watcher(tmp_path, lambda: VERIFIERS)
    assert watcher.age(makers.NOW) == float("inf")
    snapshots.publish(makers.snapshot(), tmp_path, SIGNER)
    watcher.look()
    later = makers.NOW + timedelta(seconds=60)
    assert watcher.age(later) == 60
    snapshots.confirm(tmp_path, 1, now=makers.NOW + timedelta(seconds=50), signer=SIGNER)
    watcher.look()
    assert watcher.age(later) == 10
    snapshots.confirm(tmp_path, 9, now=later, signer=SIGNER)
    watcher.look()
    assert watcher.age(later) == 10
    assert 0 <= watcher.age(makers.NOW) < 5


def test_a_clock_set_back_makes_a_snapshot_no_younger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = [1000.0]
    monkeypatch.setattr(snapshots, "monotonic", lambda: ticks[0])
    snapshots.publish(makers.snapshot(), tmp_path, SIGNER)
    watcher = snapshots.Watcher(tmp_path, lambda: VERIFIERS)
    watcher.look()
    ticks[0] += 100
    assert watcher.age(makers.NOW - timedelta(hours=1)) == 100
