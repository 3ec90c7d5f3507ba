"""Grants in a running gateway: expiry, quota, revocation, staleness, damage of what it reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from shudao.kernel.time import now
from shudao.plane import snapshot as snapshots
from tests.faces.gateway import raw
from tests.faces.gateway.process import PEOPLE, Place, person, question
from tests.plane import layers, makers


def send(place: Place, **changes: object) -> str:
    return raw.outcome(place.send(*raw.signed(place, **changes)))


def soon(seen: Callable[[], str], wanted: str, seconds: float = 5.0) -> str:
    """Return what is seen once it was `wanted` ten times running (there may be several workers), or at the end."""
    deadline, running, last = time.monotonic() + seconds, 0, ""
    while running < 10 and time.monotonic() < deadline:
        last = seen()
        running = running + 1 if last == wanted else 0
        time.sleep(0.02 if running else 0.1)
    return last if running < 10 else wanted


def test_without_a_snapshot_nothing_is_answered_until_one_is_published(own: Place) -> None:
    own.start()
    assert own.get("/health")[0] == 503
    assert send(own) == "no_snapshot"
    own.publish()
    assert soon(lambda: send(own), "answered") == "answered"


def test_a_revoked_grant_and_a_removed_key_hold_within_five_seconds(own: Place) -> None:
    own.workers = 2
    own.publish()
    own.start()
    client = own.client()
    client.call(makers.SERVICE, "519901", ["name"], "household-registration", "1")
    assert send(own) == "answered"
    own.publish(grants=())
    assert soon(lambda: send(own), "no_grant") == "no_grant"
    own.publish(systems=(makers.system_without_keys(),))
    assert soon(lambda: send(own), "signature_refused") == "signature_refused"


def test_an_expired_grant_is_refused_at_its_end_without_any_publishing(own: Place) -> None:
    end = own.grant().valid_from + makers.DAY + timedelta(seconds=3)
    own.publish(grants=(own.grant(valid_to=end),))
    own.start()
    assert send(own) == "answered"
    assert soon(lambda: send(own), "grant_expired") == "grant_expired"


def test_a_quota_holds_over_all_workers_and_restarts(own: Place) -> None:
    own.workers = 2
    own.publish(grants=(own.grant(quota=5),))
    own.start()
    assert [send(own) for _ in range(5)] == ["answered"] * 5
    assert {send(own) for _ in range(5)} == {"quota_used"}
    own.kill()
    own.start()
    assert send(own) == "quota_used"


def test_cut_off_it_goes_on_only_as_long_as_the_resource_allows(own: Place) -> None:
    own.publish(resources=(makers.resource(staleness=0),))
    own.start()
    assert send(own) == "answered"
    assert soon(lambda: send(own), "stale_snapshot", 15) == "stale_snapshot"
    signer = own.ring.signer("snapshot-signing")
    snapshots.confirm(own.root / "snapshots", own.version, now=now(), signer=signer)
    assert soon(lambda: send(own), "answered") == "answered"


def test_a_changed_snapshot_is_not_used_and_told(own: Place) -> None:
    own.publish()
    own.start()
    path = own.root / "snapshots" / snapshots.FILE
    path.write_bytes(path.read_bytes().replace(b'"fields":["name","sex"]', b'"fields":["name","birth_date"]'))
    assert soon(lambda: str(b"grants.json" in own.get("/health")[2]), "True") == "True"
    assert send(own, body=question(fields=["birth_date"])) == "field_not_granted"
    assert "grants.json" in own.log.read_text()
    own.stop()
    own.start()
    assert send(own) == "no_snapshot"


def test_a_changed_byte_in_the_index_is_refused_and_told_by_name(own: Place) -> None:
    people = sorted((person(number) for number in range(PEOPLE)), key=own.hashed)
    layer = next((own.root / "pool" / "population").glob("*.lmdb"))
    block = layers.block_of(layer, own.hashed(people[0]))
    layers.spoil(layer, block)
    own.publish()
    own.start()
    assert send(own, body=question(subject=people[0])) == "index_damaged"
    assert send(own, body=question(subject=people[-1])) == "answered"
    assert block.hex() in own.log.read_text()
