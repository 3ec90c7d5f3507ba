"""A new key takes the place of an old one: everything reads as before, and nothing is sealed by the old one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import keys, locks, rewriting, vault
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.contracts.refusals import SubjectsStay
from shudao.contexts.pool.models import DataFile, Rotation, Snapshot
from shudao.contexts.pool.services import aside, rotating
from shudao.foundation.audit.contracts import NOBODY, SYSTEM
from shudao.kernel.errors import Invalid, ShudaoError
from tests.contexts.pool.payments import CODE, Payments, scanned
from tests.contexts.pool.test_erasing import all_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def grown(payments: Payments) -> Payments:
    payments.grow(Random("rotate"), 4)
    bad = {"resident_id": "519901198001019999", "month": "2026-01"}
    payments.send([bad], Mode.UPSERT)
    payments.state.pop(("519901198001019999", "2026-01"))
    return payments


def seals(settings: Any) -> set[str]:
    paths = DataFile.objects.exclude(kind="dead").values_list("path", flat=True)
    return {rewriting.seal_of(Path(settings.POOL_ROOT) / path).key_id for path in paths}


def whole(payments: Payments) -> bool:
    people = {who for who, _ in payments.state}
    revealed = all(vault.reveal(keys.subject_of(person)) == person for person in people)
    return revealed and payments.agree() and pool.check(CODE) == []


@pytest.mark.parametrize(("what", "purpose"), sorted(rotating.PURPOSES.items()))
def test_everything_reads_as_before_and_the_old_key_ends(
    grown: Payments, noon: datetime, settings: Any, what: str, purpose: str
) -> None:
    old = keys.sealing_key(purpose).id
    before = {one.number: all_rows(one) for one in Snapshot.objects.all()}
    set_aside = pool.quarantined(pool.batches(CODE)[0].number, acting=SYSTEM).items
    done = pool.rotate(what, acting=SYSTEM, now=noon, key="one")
    assert done.waiting == ()
    assert list(keys.opening_keys(purpose)) == [done.key] != [old]
    assert {one.number: all_rows(one) for one in Snapshot.objects.all()} == before
    assert pool.quarantined(pool.batches(CODE)[0].number, acting=SYSTEM).items == set_aside
    assert whole(grown)
    assert seals(settings) == {keys.sealing_key(keys.FILES).id}
    assert pool.rotate(what, acting=SYSTEM, now=noon, key="one") == done
    assert len(list((Path(settings.POOL_ROOT) / "datasets").rglob("*.parquet"))) == DataFile.objects.count()
    grown.send(grown.some(Random(2), 8), Mode.UPSERT)
    assert whole(grown)
    assert scanned(Snapshot.objects.latest("number")) == grown.rows()


@pytest.mark.parametrize("what", ["files", "index"])
def test_a_busy_dataset_keeps_the_old_key_alive(grown: Payments, noon: datetime, what: str) -> None:
    purpose = rotating.PURPOSES[what]
    with locks.only_writer(CODE):
        done = pool.rotate(what, acting=SYSTEM, now=noon, key="one")
    assert done.waiting == (CODE,)
    assert len(keys.opening_keys(purpose)) == 2
    assert whole(grown)
    assert f"rotated {done.key}" in pool.keep_up(now=noon)
    assert list(keys.opening_keys(purpose)) == [done.key]
    assert Rotation.objects.get().done_at == noon
    assert whole(grown)


def test_hashes_of_subjects_stay(grown: Payments, noon: datetime) -> None:
    with pytest.raises(SubjectsStay):
        pool.rotate("subject", acting=SYSTEM, now=noon, key="one")
    with pytest.raises(Invalid):
        pool.rotate("ledger", acting=SYSTEM, now=noon, key="one")
    with pytest.raises(ShudaoError):
        pool.rotate("files", acting=NOBODY, now=noon, key="one")
    assert not Rotation.objects.exists()


def test_a_row_set_aside_can_be_repaired_afterwards(grown: Payments, noon: datetime) -> None:
    batch = pool.batches(CODE)[0].number
    place = pool.quarantined(batch, acting=SYSTEM).items[0].place
    pool.rotate("files", acting=SYSTEM, now=noon, key="one")
    assert place < aside.MISSHAPEN
    values = {"resident_id": grown.people[0], "month": "2026-12"}
    assert pool.repair(batch=batch, place=place, values=values, acting=SYSTEM, now=noon, key="r").good == 1
