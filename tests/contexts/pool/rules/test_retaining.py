"""Which snapshots may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from shudao.contexts.pool.contracts.datasets import Keep
from shudao.contexts.pool.contracts.refusals import ContractBroken
from shudao.contexts.pool.rules import contract
from shudao.contexts.pool.rules.retaining import Stood, dropped
from tests.contexts.pool import payments

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def stood(number: int, days: float, *, pinned: bool = False) -> Stood:
    return Stood(number, NOW - timedelta(days=days), pinned)


def test_what_stood_within_the_days_stays_though_it_is_older() -> None:
    snapshots = [stood(1, 90), stood(2, 60), stood(3, 20), stood(4, 1)]
    assert dropped(snapshots, Keep(1, 30), NOW) == [1]
    assert dropped(snapshots, Keep(1, 10), NOW) == [1, 2]
    assert dropped(snapshots, Keep(1, 0), NOW) == [1, 2, 3]


def test_so_many_stay_and_pinned_ones() -> None:
    snapshots = [stood(number, 500 - number, pinned=number == 2) for number in range(1, 8)]
    assert dropped(snapshots, Keep(3, 30), NOW) == [1, 3, 4]
    assert dropped(snapshots, Keep(9, 30), NOW) == []
    assert dropped([], Keep(3, 30), NOW) == []


@pytest.mark.parametrize("seed", range(20))
def test_every_instant_of_the_days_can_be_travelled_to(seed: int) -> None:
    draw = Random(seed)
    ages = sorted((draw.uniform(0, 100) for _ in range(20)), reverse=True)
    snapshots = [stood(number, age) for number, age in enumerate(ages, start=1)]
    keep = Keep(draw.randint(1, 4), draw.randint(0, 90))
    gone = set(dropped(snapshots, keep, NOW))
    for _ in range(50):
        at = NOW - timedelta(days=draw.uniform(0, keep.days))
        then = [one.number for one in snapshots if one.as_of <= at]
        assert not then or max(then) not in gone


@pytest.mark.parametrize("keep", [{"snapshots": 0, "days": 1}, {"snapshots": 1, "days": -1}, {"days": 1}])
def test_a_contract_cannot_keep_nothing(keep: dict[str, int]) -> None:
    with pytest.raises(ContractBroken):
        contract.read(payments.contract(keep=keep))
