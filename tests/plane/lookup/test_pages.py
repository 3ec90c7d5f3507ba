"""A page that is not as it was written is found before LMDB sees it, whatever is on it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from random import Random

import pytest

from shudao.plane.lookup import erasing, pages, rekey
from shudao.plane.lookup.contracts import IndexDamaged
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.reader import IndexReader
from tests.plane.lookup import tables

FIELDS = [Field("name", Kind.TEXT), Field("n", Kind.INTEGER)]
DRAW = Random(3)
SUBJECTS = sorted({DRAW.randbytes(16) for _ in range(6_000)})
LONG = SUBJECTS[4_000]
PAGE = 4096


def row(who: bytes) -> tables.Row:
    """What the index holds of somebody."""
    return {"name": who.hex() * 3, "n": who[0]}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A layer of many pages; one subject's rows need several blocks, one's value pages of its own."""
    path = tmp_path_factory.mktemp("built") / tables.INDEX
    rows: tables.Rows = {who: [row(who)] for who in SUBJECTS}
    rows[LONG] = [{"name": str(number) * 9, "n": number} for number in range(2_000)]
    rows[SUBJECTS[77]] = [{"name": "x" * 70_000, "n": 1}]
    tables.show(path, tables.write(path, FIELDS, rows).name)
    return path


@pytest.fixture
def path(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / tables.INDEX))


def data(path: Path) -> Path:
    return next(path.glob("*.lmdb")) / "data.mdb"


def asked(path: Path) -> tuple[int, int]:
    """How many look-ups were answered and refused; a wrong answer fails."""
    answered = refused = 0
    try:
        reader = IndexReader(path, tables.KEYS)
    except IndexDamaged:
        return 0, len(SUBJECTS)
    for who in SUBJECTS:
        try:
            found = reader.lookup(who)
        except IndexDamaged:
            refused += 1
            continue
        answered += 1
        assert found is not None
        assert who in (LONG, SUBJECTS[77]) or found.rows == [row(who)]
    reader.close()
    return answered, refused


def in_a_process(path: Path) -> int:
    """Ask in a fork; how that ended."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if min(1, asked(path)[1]) else 9)
        except BaseException:
            os._exit(3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("fill", [b"\0", b"\xff", None], ids=["zeroes", "ones", "random"])
def test_no_garbled_page_ends_the_process_or_gives_a_wrong_row(path: Path, fill: bytes | None) -> None:
    pristine = data(path).read_bytes()
    draw = Random(str(fill))
    count = len(pristine) // PAGE
    for number in [0, 1, *draw.sample(range(2, count), 12), count - 1]:
        content = bytearray(pristine)
        content[number * PAGE : number * PAGE + PAGE] = fill * PAGE if fill else draw.randbytes(PAGE)
        data(path).write_bytes(content)
        assert in_a_process(path) in (0, 9), number  # 9: a page that nothing leads to
    data(path).write_bytes(pristine)
    assert asked(path) == (len(SUBJECTS), 0)


def test_a_garbled_page_refuses_its_own_subjects_alone(path: Path) -> None:
    content = bytearray(data(path).read_bytes())
    content[150 * PAGE] ^= 1
    data(path).write_bytes(content)
    answered, refused = asked(path)
    assert 0 < refused < len(SUBJECTS) / 4 < answered


def test_a_file_cut_short_while_it_is_open_is_refused_at_once(path: Path) -> None:
    reader = IndexReader(path, tables.KEYS)
    assert all(reader.lookup(who) for who in SUBJECTS)
    os.truncate(data(path), data(path).stat().st_size // 2)
    for who in SUBJECTS[::100]:
        with pytest.raises(IndexDamaged):
            reader.lookup(who)
    reader.close()


def test_changed_checksums_are_refused_and_missing_ones_are_named(path: Path) -> None:
    place = data(path).with_name(pages.NAME)
    content = bytearray(place.read_bytes())
    content[40] ^= 1
    place.write_bytes(content)
    with pytest.raises(IndexDamaged):
        IndexReader(path, tables.KEYS)
    place.unlink()
    assert asked(path) == (len(SUBJECTS), 0)
    reader = IndexReader(path, tables.KEYS)
    assert ["its pages have no checksums" in one for one in reader.problems()] == [True]
    reader.close()


def test_whoever_is_erased_or_sealed_anew_leaves_checksums_that_hold(path: Path) -> None:
    reader = IndexReader(path, tables.KEYS)
    assert reader.lookup(LONG)
    for who in (SUBJECTS[5], LONG, SUBJECTS[-1]):
        assert erasing.erase(path, tables.KEYS, who) > 0
        assert reader.lookup(who) is None
        assert reader.problems() == []
    names = rekey.reseal(path, tables.KEYS, bytes(32), "k2")
    reader.close()
    for name in names.values():
        assert pages.load(path / name) is not None


def test_nobody_is_erased_from_a_damaged_layer(path: Path) -> None:
    with data(path).open("r+b") as file:
        file.seek(150 * PAGE + 99)
        file.write(b"!!")
    with pytest.raises(IndexDamaged):
        erasing.erase(path, tables.KEYS, SUBJECTS[5])
    assert data(path).with_name(pages.NAME).exists()
