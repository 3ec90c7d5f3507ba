"""Whatever is done to the files, a reader says so, and names the layer and the block."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import lmdb
import pytest

from shudao.plane.lookup import pages
from shudao.plane.lookup.contracts import IndexDamaged, IndexMissing
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.reader import IndexReader
from tests.plane.lookup import tables

FIELDS = [Field("name", Kind.TEXT), Field("n", Kind.INTEGER)]
SUBJECTS = [tables.subject(number) for number in range(2_000)]
Entries = list[tuple[bytes, bytes]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of one layer whose last but one subject has very many rows."""
    path = tmp_path_factory.mktemp("built") / tables.INDEX
    rows: tables.Rows = {who: [{"name": f"试验人{number}", "n": number}] for number, who in enumerate(SUBJECTS)}
    rows[SUBJECTS[1_998]] = [{"name": f"号{number}", "n": number} for number in range(3_000)]
    tables.show(path, tables.write(path, FIELDS, rows).name)
    return path


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / tables.INDEX))


def folder(path: Path) -> Path:
    return next(path.glob("*.lmdb"))


def change(path: Path, what: Callable[[lmdb.Transaction, Entries], None]) -> Entries:
    """Change the blocks as one who has the disk but no key can, checksums too; return them as they were."""
    with lmdb.open(str(folder(path)), max_dbs=2, map_size=1 << 30) as environment:
        blocks = environment.open_db(b"blocks", create=False)
        with environment.begin(write=True, db=blocks) as txn:
            entries = [(bytes(key), bytes(value)) for key, value in txn.cursor()]
            what(txn, entries)
    pages.write(folder(path))
    return entries


def refused(path: Path, subjects: list[bytes]) -> list[IndexDamaged]:
    """Look the subjects up; return the refusals. An answer must be the right one, never "not found"."""
    reader, refusals = IndexReader(path, tables.KEYS), []
    for who in subjects:
        try:
            found = reader.lookup(who)
        except IndexDamaged as error:
            refusals.append(error)
        else:
            assert found is not None
            assert found.rows[0]["name"] in (f"试验人{SUBJECTS.index(who)}", "号0")
    assert reader.problems() != []
    reader.close()
    assert {error.details["index"] for error in refusals} <= {f"{tables.INDEX}/{folder(path).name}"}
    return refusals


def test_any_flipped_byte_of_a_block_is_found_and_named(path: Path) -> None:
    chance = random.Random(5)
    pristine = (folder(path) / "data.mdb").read_bytes()
    entries = change(path, lambda txn, found: None)
    for _ in range(60):
        key, value = chance.choice(entries[:-1])
        changed = bytearray(value)
        changed[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
        (folder(path) / "data.mdb").write_bytes(pristine.replace(value, changed))
        pages.write(folder(path))
        refusals = refused(path, SUBJECTS[::7] + SUBJECTS[-3:])
        assert refusals
        assert {error.details["key"] for error in refusals} == {key.hex()}


def test_swapped_values_do_not_open(path: Path) -> None:
    def swap(txn: lmdb.Transaction, entries: Entries) -> None:
        txn.put(entries[1][0], entries[2][1])
        txn.put(entries[2][0], entries[1][1])

    entries = change(path, swap)
    keys = {error.details["key"] for error in refused(path, SUBJECTS)}
    assert keys == {entries[1][0].hex(), entries[2][0].hex()}


@pytest.mark.parametrize("which", [0, 1, 5, -4, -3, -2, -1])
def test_a_removed_block_is_never_not_found(path: Path, which: int) -> None:
    change(path, lambda txn, entries: txn.delete(entries[which][0]) and None)
    refusals = refused(path, SUBJECTS)
    assert bool(refusals) == (which != -1)  # the sentinel holds nobody: the full check alone misses it


def test_a_renamed_block_does_not_open(path: Path) -> None:
    def rename(txn: lmdb.Transaction, entries: Entries) -> None:
        txn.delete(entries[3][0])
        txn.put(entries[3][0][:-3] + b"\xfe\0\0", entries[3][1])

    change(path, rename)
    assert refused(path, SUBJECTS)


def test_no_blocks_at_all(path: Path) -> None:
    change(path, lambda txn, entries: [txn.delete(key) for key, _ in entries] and None)
    assert len(refused(path, SUBJECTS[:50])) == 50


def test_a_block_of_an_older_state_shows_in_the_full_check(path: Path) -> None:
    from shudao.plane.lookup.erasing import erase

    before = change(path, lambda txn, entries: None)
    erase(path, tables.KEYS, SUBJECTS[100])
    change(path, lambda txn, entries: [txn.put(*entry) for entry in before] and None)
    reader = IndexReader(path, tables.KEYS)
    assert any("missing, invented or renamed" in problem for problem in reader.problems())
    reader.close()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.99])
def test_a_file_cut_short_is_refused_before_it_is_read(path: Path, share: float) -> None:
    file = folder(path) / "data.mdb"
    with file.open("r+b") as opened:
        opened.truncate(int(share * file.stat().st_size))
    with pytest.raises(IndexDamaged) as caught:
        IndexReader(path, tables.KEYS)
    assert caught.value.details["index"] == f"{tables.INDEX}/{folder(path).name}"


def test_a_removed_layer_is_named(path: Path) -> None:
    name = folder(path).name
    shutil.rmtree(path / name)
    with pytest.raises(IndexDamaged) as caught:
        IndexReader(path, tables.KEYS)
    assert caught.value.details["index"] == f"{tables.INDEX}/{name}"


def test_a_layer_under_another_name_does_not_open(path: Path) -> None:
    info = tables.write(path, FIELDS, {SUBJECTS[0]: [{"name": "", "n": 1}]})
    tables.show(path, info.name)
    shutil.rmtree(path / info.name)
    folder(path).rename(path / info.name)
    with pytest.raises(IndexDamaged):
        IndexReader(path, tables.KEYS)


def test_a_changed_head_or_current_and_a_wrong_key_are_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        IndexReader(path, {"k1": bytes(32)})
    with pytest.raises(IndexDamaged):
        IndexReader(path, {"k2": tables.KEY})
    with pytest.raises(IndexMissing):
        IndexReader(tmp_path / "nothing", tables.KEYS)
    current = path / "CURRENT"
    content = bytearray(current.read_bytes())
    content[-20] ^= 1
    current.write_bytes(content)
    with pytest.raises(IndexDamaged) as caught:
        IndexReader(path, tables.KEYS)
    assert caught.value.details["key"] == "CURRENT"


def test_no_plain_value_lies_in_the_files(path: Path) -> None:
    everything = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    assert "试验人".encode() not in everything
    assert b"name" not in everything
