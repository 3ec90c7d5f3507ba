"""A province of two counties, a small world of invented people, and a pool of its own for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from demo import people, populations
from demo.places import places
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions
from tests.contexts.matters.places import two_counties
from tests.contexts.pool.payments import Payments

Deliver = Callable[..., Batch]


@pytest.fixture(autouse=True)
def roots(settings: Any, tmp_path: Path) -> Path:
    """Folders that nobody else writes to."""
    settings.POOL_ROOT = tmp_path / "pool"
    settings.KEYS_ROOT = tmp_path / "keys"
    settings.LEDGER_ROOT = tmp_path / "ledger"
    settings.SNAPSHOT_ROOT = tmp_path / "snapshots"
    return tmp_path


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the two counties."""
    return two_counties(tmp_path_factory.mktemp("counties"))


@pytest.fixture
def sichuan(extract: Path, db: None) -> Iterator[None]:
    """The province, its two counties and their bodies."""
    regions.forget()
    regions.load(extract)
    identity.load_departments()
    yield
    regions.forget()


@pytest.fixture
def world(sichuan: None) -> people.World:
    """Six hundred people, eighty couples, sixty companies."""
    inhabited = places((one.code, one.name.zh) for one in regions.divisions())
    return people.make(places=inhabited, people=600, marriages=80, companies=60)


@pytest.fixture
def delivery(world: people.World, tmp_path: Path) -> populations.Written:
    """The three registers as departments deliver them, outside the pool."""
    return populations.write(world, tmp_path / "inbox")


@pytest.fixture
def deliver(delivery: populations.Written, noon: datetime) -> Deliver:
    """Create the dataset where it is missing and take in its delivery."""

    def do(dataset: str = "population", *, source: Path | None = None, key: str = "first", **rest: Any) -> Batch:
        if dataset not in pool.counts():
            pool.create(contract=dataset, acting=SYSTEM, now=noon, key=f"create-{dataset}")
        source = source or delivery.files[dataset]
        return pool.ingest(dataset=dataset, source=source, acting=SYSTEM, now=noon, key=key, **rest)

    return do


@pytest.fixture
def payments(sichuan: None, tmp_path: Path, noon: datetime) -> Payments:
    """A small register that changes with every delivery."""
    return Payments(tmp_path, noon)
