"""One byte changed anywhere in the pool is found, and the finding names the file or the value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import lmdb
import pytest

from demo import people
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import keys
from shudao.contexts.pool.contracts.deliveries import (
    Batch,
)
from shudao.contexts.pool.models import DataFile
from shudao.plane.lookup import pages
from shudao.plane.lookup.contracts import IndexDamaged
from tests.plane import layers

pytestmark = pytest.mark.django_db
Deliver = Callable[..., Batch]


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


@pytest.fixture
def filled(deliver: Deliver) -> Batch:
    return deliver()


def files_of(settings: Any, **which: Any) -> list[Path]:
    return [Path(settings.POOL_ROOT) / file.path for file in DataFile.objects.filter(**which).order_by("path")]


def test_an_untouched_pool_has_nothing_to_tell(filled: Batch) -> None:
    assert pool.check("population") == []


@pytest.mark.parametrize("kind", ["data", "quarantine"])
def test_one_changed_byte_in_a_file_names_the_file(filled: Batch, settings: Any, kind: str) -> None:
    path = files_of(settings, kind=kind)[-1]
    flip(path, path.stat().st_size // 2)
    (damage,) = pool.check("population")
    assert damage.kind == "file_changed"
    assert damage.where == path.relative_to(settings.POOL_ROOT).as_posix()
    assert path.name in damage.says.zh
    assert path.name in damage.says.en


def test_a_file_that_is_gone_is_named(filled: Batch, settings: Any) -> None:
    path = files_of(settings, bucket=3)[0]
    path.unlink()
    (damage,) = pool.check("population")
    assert (damage.kind, damage.where.rpartition("/")[2]) == ("file_missing", "part-03.parquet")


def tamper(folder: Path, database: bytes, key: bytes, change: Callable[[bytes], bytes | None]) -> None:
    """Change one value of an LMDB environment behind everybody's back."""
    with lmdb.open(str(folder), max_dbs=2) as environment:
        store = environment.open_db(database, create=False)
        with environment.begin(write=True) as transaction:
            value = change(bytes(transaction.get(key, db=store)))
            if value is None:
                transaction.delete(key, db=store)
            else:
                transaction.put(key, value, db=store)
    if database == b"blocks":
        pages.write(folder)  # checksums are no seal: who has the disk can make them


def index_folder(dataset: str) -> Path:
    return next(pool.index_path(dataset).glob("*.lmdb"))


def block_of(dataset: str, subject: bytes) -> bytes:
    return layers.block_of(index_folder(dataset), subject)


def spoilt(value: bytes) -> bytes:
    return value[:-1] + bytes([value[-1] ^ 1])


def test_one_changed_byte_in_an_index_value_names_the_value_and_is_never_answered(
    filled: Batch, world: people.World
) -> None:
    block = block_of("population", keys.subject_of(world.people[0].resident_id))
    tamper(index_folder("population"), b"blocks", block, spoilt)
    damage = pool.check("population")
    assert any(one.kind == "value_changed" and block.hex() in one.says.en for one in damage)
    with pytest.raises(IndexDamaged, match=block.hex()):
        pool.lookup("population", world.people[0].resident_id)


def test_an_index_value_that_was_removed_is_noticed(filled: Batch, world: people.World) -> None:
    block = block_of("population", keys.subject_of(world.people[0].resident_id))
    tamper(index_folder("population"), b"blocks", block, lambda value: None)
    assert {one.kind for one in pool.check("population")} == {"value_changed"}
    with pytest.raises(IndexDamaged):
        pool.lookup("population", world.people[0].resident_id)


def test_a_value_moved_to_other_people_is_found(filled: Batch) -> None:
    one, other = (block_of("population", bytes([first]) * 16) for first in (0, 128))
    kept: list[bytes] = []
    tamper(index_folder("population"), b"blocks", one, lambda value: kept.append(value) or value)
    tamper(index_folder("population"), b"blocks", other, lambda value: kept[0])
    assert any(other.hex() in damage.says.en for damage in pool.check("population"))


def test_one_changed_byte_in_the_vault_names_the_entries(filled: Batch, world: people.World, settings: Any) -> None:
    prefix = keys.subject_of(world.people[0].resident_id)[:2]
    tamper(Path(settings.POOL_ROOT) / "vault", b"blocks", prefix, spoilt)
    (damage,) = pool.check("population")
    assert (damage.kind, damage.where) == ("vault_changed", prefix.hex())


def test_an_index_that_is_gone_or_behind_is_named(filled: Batch, settings: Any) -> None:
    from shudao.contexts.pool.models import Dataset

    Dataset.objects.update(snapshot=2)
    assert [one.kind for one in pool.check("population")] == ["index_behind"]
    (pool.index_path("population") / "CURRENT").unlink()
    assert [one.kind for one in pool.check("population")] == ["index_missing"]
