"""What the gateway reads is what the register says: signed, renewed on every change, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.contexts.pool import api as pool
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import fixed, using_clock
from shudao.plane import snapshot as plane
from shudao.plane.grants import Snapshot
from shudao.plane.snapshot import SnapshotRefused
from tests.contexts.exchange.conftest import MARRIAGE, POPULATION, Staff
from tests.contexts.pool.conftest import Deliver

Ask = Callable[..., ShareRequest]


def standing(settings: Any) -> Snapshot:
    return plane.read(Path(settings.SNAPSHOT_ROOT), keys.snapshot_verifiers())


def grant(ask_for: Ask, staff: Staff, now: datetime, **changes: Any) -> str:
    asked = ask_for(**changes)
    decided = exchange.decide_request(
        number=asked.number, grant=True, opinion="同意", acting=staff.police, now=now, key=asked.number
    )
    return decided.grant


@pytest.mark.django_db
def test_the_snapshot_says_what_the_register_says(ask_for: Ask, staff: Staff, noon: datetime, settings: Any) -> None:
    number = grant(ask_for, staff, noon, row_scope="510100000000", quota=7)
    published = exchange.publish_snapshot(now=noon)
    found = standing(settings)
    assert (published.number, published.grants, published.systems) == (found.version, 1, 1)
    (right,) = found.grants
    assert (right.id, right.client, right.resource) == (number, exchange.one_window_client(), POPULATION)
    assert (right.fields, right.purpose, right.quota) == (("name", "birth_date"), "handling", 7)
    assert right.scope is not None
    assert (right.scope.field, right.scope.prefixes) == ("hukou_division", ("5101",))
    resource = next(one for one in found.resources if one.code == MARRIAGE)
    assert resource.service == f"SHUDAO/GOV/{exchange.resource(MARRIAGE).provider}/pool/{MARRIAGE}"
    assert (resource.index, resource.personal, resource.identifying) == ("index/marriage", True, ("spouse_name",))
    (system,) = found.systems
    assert [key.id for key in system.keys] == [keys.client_key().id]


@pytest.mark.django_db
def test_nothing_new_only_confirms_what_stands(catalogue: None, noon: datetime, settings: Any) -> None:
    first = exchange.publish_snapshot(now=noon)
    later = noon + timedelta(seconds=5)
    assert exchange.publish_snapshot(now=later) == first
    alive = plane.read_alive(Path(settings.SNAPSHOT_ROOT), keys.snapshot_verifiers())
    assert alive is not None
    assert (alive.version, alive.confirmed) == (first.number, later)


@pytest.mark.django_db
def test_a_revoked_or_long_ended_grant_is_no_longer_in_it(
    ask_for: Ask, staff: Staff, noon: datetime, settings: Any
) -> None:
    number = grant(ask_for, staff, noon)
    exchange.publish_snapshot(now=noon)
    exchange.publish_snapshot(now=noon + timedelta(days=200))
    assert len(standing(settings).grants) == 1, "ended, but the gateway can still say so"
    exchange.publish_snapshot(now=noon + timedelta(days=600))
    assert standing(settings).grants == ()
    exchange.publish_snapshot(now=noon)
    exchange.revoke(grant=number, reason="不再需要", acting=staff.police, now=noon, key="revoke")
    exchange.publish_snapshot(now=noon)
    assert standing(settings).grants == ()


@pytest.mark.django_db
def test_a_changed_byte_is_refused_by_readers_and_replaced_by_the_next_publication(
    catalogue: None, noon: datetime, settings: Any
) -> None:
    first = exchange.publish_snapshot(now=noon)
    path = Path(settings.SNAPSHOT_ROOT) / plane.FILE
    path.write_bytes(path.read_bytes().replace(b"handling", b"handlinh").replace(b"SHUDAO", b"SHUDAP", 1))
    with pytest.raises(SnapshotRefused, match="改动"):
        standing(settings)
    assert exchange.publish_snapshot(now=noon).number == first.number + 1
    assert standing(settings).version == first.number + 1


@pytest.mark.django_db(transaction=True)
def test_a_decision_and_a_revocation_reach_the_gateway_without_being_asked(
    ask_for: Ask, staff: Staff, noon: datetime, settings: Any
) -> None:
    number = grant(ask_for, staff, noon)
    assert [right.id for right in standing(settings).grants] == [number], "right after the commit"
    exchange.revoke(grant=number, reason="不再需要", acting=staff.police, now=noon, key="revoke")
    assert standing(settings).grants == ()


@pytest.mark.django_db(transaction=True)
def test_a_publication_that_failed_is_made_good_by_the_worker(
    ask_for: Ask, staff: Staff, noon: datetime, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with using_clock(fixed(noon)):
        outbox.drain()

    def broken(*args: object, **rest: object) -> None:
        raise OSError("disk gone")

    with monkeypatch.context() as patched:
        patched.setattr(plane, "publish", broken)
        number = grant(ask_for, staff, noon)
        assert standing(settings).grants == ()
    with using_clock(fixed(noon + timedelta(seconds=1))):
        outbox.drain()
    assert [right.id for right in standing(settings).grants] == [number]


@pytest.mark.django_db(transaction=True)
def test_the_scores_of_what_stands_travel_with_the_resources(
    catalogue: None, deliver: Deliver, noon: datetime, settings: Any
) -> None:
    exchange.publish_snapshot(now=noon)
    before = standing(settings)
    deliver()
    outbox.drain()
    exchange.publish_snapshot(now=noon)
    found = standing(settings)
    assert found.version > before.version
    scored = {one.code: one.score(1) for one in found.resources}
    assert scored[POPULATION] == pytest.approx(pool.scores("population")[0].dimensions[""], abs=0.0001)
    assert scored[MARRIAGE] is None
