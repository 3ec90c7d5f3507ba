"""
A material that cannot be fetched is asked for, and the page says why: gateway stopped, back again, right expired.

An installation of its own: its gateway is held and its rights are changed.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from demo.accounts import COUNTY
from shudao.client.calls import Refused
from shudao.kernel.keys import KeyRing
from shudao.kernel.time import now
from shudao.plane import snapshot as snapshots
from shudao.plane.grants import Grant
from tests.faults.test_kill import family
from tests.journeys.test_refusals import task_of
from tests.support.asking import Asker, granted
from tests.support.browserless import Answer
from tests.support.installation import Installation, start, stop
from tests.support.submitter import Submitter

pytestmark = pytest.mark.xdist_group("alone")


@pytest.fixture(scope="module")
def alone() -> Iterator[Installation]:
    made = start(people=300)
    try:
        yield made
    finally:
        stop(made)


@pytest.fixture
def mother(alone: Installation) -> Submitter:
    made = Submitter(alone)
    made.caller.sign_in("wang", alone.password)
    return made


def test_gateway_stopped_then_back(alone: Installation, mother: Submitter) -> None:
    held = [pid for pid, kind in family(alone.process.pid) if kind == "faces.gateway"]
    assert held
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        draft = mother.draft(task_of(alone, "household-newborn", COUNTY))
        page = mother.materials(draft)
        waited = time.monotonic() - began
    finally:
        for pid in held:
            os.kill(pid, signal.SIGCONT)
    assert page.address.endswith("/materials/"), page.told
    missing = asked(page)
    assert missing, "what the gateway cannot fetch is asked for"
    assert any("暂时" in why or "没有回应" in why for why in missing), missing
    print(f"page after {waited:.1f} s with the gateway held; asked: {missing}")
    again = mother.caller.post(page.address, {"again": "1"})
    assert len(asked(again)) < len(missing), again.told
    assert again.text.count('data-how="fetched"') > page.text.count('data-how="fetched"')


@pytest.fixture
def rights_restored(alone: Installation) -> Iterator[None]:
    """Give the rights back when a test has let them end."""
    given = granted(alone.home)
    yield
    publish(alone.home, given.grants)


@pytest.mark.usefixtures("rights_restored")
def test_an_expired_right(alone: Installation, mother: Submitter) -> None:
    with closing(Asker(alone.home, alone.gateway, mother.mother.resident_id)) as asker:
        refused = next(filter(None, (refused_by_expiry(alone, asker) for _ in range(8))), None)
        assert refused is not None, "the platform's own heartbeat may win once or twice, not always"
        assert refused.code == "grant_expired"
        assert refused.ledger, "the refusal stands in the ledger"
    pages = (asked(materials_after_expiry(alone, mother)) for _ in range(8))
    assert any("授权" in why and "到期" in why for told in pages for why in told)


def materials_after_expiry(alone: Installation, mother: Submitter) -> Answer:
    """Apply while the rights have ended; the platform's heartbeat may have renewed them by then."""
    draft = mother.draft(task_of(alone, "household-newborn", COUNTY))
    expire(alone.home)
    time.sleep(0.6)
    page = mother.materials(draft)
    assert page.address.endswith("/materials/"), page.told
    return page


def expire(home: Path) -> None:
    """Publish the gateway's snapshot with every right at its end."""
    ended = now() - timedelta(minutes=1)
    grants = granted(home).grants
    publish(home, tuple(replace(one, valid_from=ended - timedelta(days=1), valid_to=ended) for one in grants))


def publish(home: Path, grants: tuple[Grant, ...]) -> None:
    """Publish the gateway's snapshot anew with these rights."""
    given = granted(home)
    fresh = replace(given, version=given.version + 1, made=now(), grants=grants)
    snapshots.publish(fresh, Path(home / "snapshots"), KeyRing.load(home / "keys").signer("snapshot-signing"))


def refused_by_expiry(alone: Installation, asker: Asker) -> Refused | None:
    """Let the rights end and ask at once; None where the platform has published the true ones meanwhile."""
    expire(alone.home)
    time.sleep(0.6)  # the gateway looks twice a second
    try:
        asker.ask()
    except Refused as refused:
        return refused
    return None


def asked(page: Answer) -> list[str]:
    """What each material that is asked for says."""
    parts = page.text.split('data-how="')[1:]
    wanted = [part.partition("</li>")[0] for part in parts if part.startswith("asked")]
    return [" ".join(re.sub("<[^>]*>", " ", part).split())[:300] for part in wanted]
