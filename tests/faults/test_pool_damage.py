"""Torn files and pages: refused or named, never a wrong answer, never the end of the process; and they heal."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from demo import people, populations
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import index
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.contracts.refusals import SourceUnreadable
from shudao.contexts.pool.models import DataFile
from shudao.contexts.pool.services import checking
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.errors import ShudaoError
from shudao.plane.lookup import current
from shudao.plane.lookup.contracts import IndexDamaged
from tests.contexts.pool.conftest import deliver, delivery, extract, roots, sichuan, world

pytestmark = [pytest.mark.faults, pytest.mark.django_db]
Deliver = Callable[..., Batch]
__all__ = ["deliver", "delivery", "extract", "roots", "sichuan", "world"]  # fixtures
SEEDS = range(12)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99, 0.9999])
def test_a_torn_delivery_is_refused_and_nothing_is_kept(
    share: float, deliver: Deliver, delivery: populations.Written, settings: Any, tmp_path: Path
) -> None:
    whole = delivery.files["population"].read_bytes()
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(SourceUnreadable):
        deliver(source=torn)
    assert pool.snapshots("population") == []
    assert not [one for one in (Path(settings.POOL_ROOT) / "datasets").rglob("*") if one.is_file()]
    assert deliver().snapshot == 1


def test_a_torn_file_of_the_pool_is_named_and_a_whole_register_heals(
    deliver: Deliver, world: people.World, settings: Any
) -> None:
    deliver()
    kept = DataFile.objects.filter(kind="data").order_by("path")[3]
    path = Path(settings.POOL_ROOT) / kept.path
    os.truncate(path, kept.bytes // 2)
    assert [one.where for one in pool.check("population")] == [kept.path]
    answers = [pool.lookup("population", one.resident_id) for one in world.people]
    assert sum(one is not None for one in answers) > len(answers) * 0.9
    assert deliver(key="second").snapshot == 2
    assert all(one.where == kept.path for one in pool.check("population"))
    assert pool.lookup("population", world.people[0].resident_id) is not None


def _spoil(place: Path, seed: int) -> None:
    """Random bytes in a page, a page of nothing, or a file that was cut."""
    draw = Random(f"page {seed}")
    size = place.stat().st_size
    if seed % 3 == 0:
        os.truncate(place, draw.randrange(0, size))
        return
    with place.open("r+b") as file:
        file.seek(draw.randrange(2, max(3, size // 4096)) * 4096 if seed % 3 == 1 else draw.randrange(8192, size))
        file.write(bytes(4096) if seed % 3 == 1 else draw.randbytes(draw.choice([1, 16, 400])))


def _wrong(numbers: list[str], right: dict[str, Any]) -> int:
    """How many look-ups answer, but not as before; a refusal is no answer."""
    wrong = 0
    for one in numbers:
        try:
            found = index.lookup("population", one)
        except IndexDamaged:
            continue
        wrong += (found.rows if found else None) != right[one]
    return wrong


@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_page_gives_no_wrong_row_and_ends_no_process(
    seed: int, deliver: Deliver, world: people.World, noon: datetime
) -> None:
    deliver()
    numbers = [one.resident_id for one in world.people]
    right = {one: found.rows if (found := index.lookup("population", one)) else None for one in numbers}
    _let_go()
    _spoil(next(pool.index_path("population").rglob("data.mdb")), seed)
    child = os.fork()
    if child == 0:
        try:
            os._exit(1 if _wrong(numbers, right) else 0)
        except ShudaoError:
            os._exit(2)
        except BaseException:
            os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    pool.rebuild_index("population", acting=SYSTEM, now=noon)
    assert pool.check("population") == []
    assert _wrong(numbers, right) == 0


@pytest.mark.parametrize("mode", [Mode.FULL, Mode.UPSERT])
@pytest.mark.parametrize("lost", ["layer", "CURRENT"])
def test_the_next_delivery_heals_a_damaged_index(lost: str, mode: Mode, deliver: Deliver, world: people.World) -> None:
    deliver()
    place = pool.index_path("population")
    os.truncate(next(place.rglob("data.mdb")) if lost == "layer" else place / "CURRENT", 20)
    assert pool.check("population")
    assert deliver(key="second", mode=mode).snapshot == 2
    assert pool.check("population") == []
    assert pool.lookup("population", world.people[0].resident_id) is not None


def test_what_a_look_up_met_is_mended_by_the_next_delivery(deliver: Deliver, world: people.World) -> None:
    deliver()
    _garble(pool.index_path("population"))
    _let_go()
    with pytest.raises(IndexDamaged):
        [index.lookup("population", one.resident_id) for one in world.people]
    assert deliver(key="second", mode=Mode.UPSERT).snapshot == 2
    assert pool.check("population") == []


def test_the_worker_mends_what_a_look_up_met(deliver: Deliver, world: people.World, noon: datetime) -> None:
    deliver()
    pool.keep_up(now=noon)
    assert not checking.doubtful()
    _garble(pool.index_path("population"))
    _let_go()
    assert not checking.doubtful()
    with pytest.raises(IndexDamaged):
        [index.lookup("population", one.resident_id) for one in world.people]
    assert pool.upkeep_is_due(now=noon)
    assert "made the index of population anew" in pool.keep_up(now=noon)
    assert pool.check("population") == []
    assert not pool.upkeep_is_due(now=noon)
    assert all(index.lookup("population", one.resident_id) for one in world.people[:20])


def test_the_worker_looks_at_all_pages_once_a_day(deliver: Deliver, noon: datetime) -> None:
    deliver()
    place = pool.index_path("population")
    _garble(place)
    os.utime(place / current.LOOKED, (0, 0))
    assert "made the index of population anew" in pool.keep_up(now=noon)
    assert pool.check("population") == []


def test_where_files_are_damaged_too_the_worker_goes_on_and_a_whole_register_heals(
    deliver: Deliver, world: people.World, noon: datetime, settings: Any
) -> None:
    deliver()
    kept = DataFile.objects.filter(kind="data").order_by("path")[3]
    os.truncate(Path(settings.POOL_ROOT) / kept.path, kept.bytes // 2)
    _garble(pool.index_path("population"))
    os.utime(pool.index_path("population") / current.LOOKED, (0, 0))
    _let_go()
    assert not any("index" in one for one in pool.keep_up(now=noon))
    assert {one.kind for one in pool.check("population")} == {"file_changed", "value_changed"}
    assert deliver(key="second").snapshot == 2
    assert {one.kind for one in pool.check("population")} == {"file_changed"}
    assert all(index.lookup("population", one.resident_id) for one in world.people[:20])


def _garble(place: Path) -> None:
    """Make every page but those that lead there one of zeroes, as a lost block of a disk is."""
    data = next(place.rglob("data.mdb"))
    leaves = [number for number in range(2, data.stat().st_size // 4096) if _is_leaf(data, number)]
    with data.open("r+b") as file:
        for number in leaves[3:]:
            file.seek(number * 4096)
            file.write(bytes(4096))


def _is_leaf(data: Path, number: int) -> bool:
    with data.open("rb") as file:
        file.seek(number * 4096)
        page = file.read(4096)
    return page[10:12] == b"\2\0" and b"blocks" not in page and b"layout" not in page


def _let_go() -> None:
    """Close what this process holds of the index."""
    for reader in index._readers.values():
        reader.close()
    index._readers.clear()
