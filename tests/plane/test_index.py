"""What the pool and the gateway rely on in the look-up index."""

from __future__ import annotations

import random
import shutil
import threading
from pathlib import Path

import pytest

from shudao.plane.index import IndexDamaged, IndexMissing, IndexReader, IndexWriter

KEY, KEYS = bytes(range(32)), {"k1": bytes(range(32))}


def subject(number: int) -> bytes:
    return number.to_bytes(16)


def rows(number: int, count: int = 1) -> list[dict[str, object]]:
    return [{"name": f"试验人{number}", "n": position, "none": None} for position in range(count)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    writer = IndexWriter(tmp_path / "population", KEY, "k1", "population")
    writer.build(((subject(n), rows(n)) for n in range(0, 2000, 2)), snapshot=1, as_of="2026-11-01")
    return tmp_path / "population"


def data_file(path: Path) -> Path:
    return next(path.glob("*.lmdb/data.mdb"))


def test_rows_come_back_as_written_with_their_snapshot(path: Path) -> None:
    reader = IndexReader(path, KEYS)
    found = reader.lookup(subject(42))
    assert found is not None
    assert (found.rows, found.snapshot, found.as_of) == (rows(42), 1, "2026-11-01")
    assert reader.lookup(subject(43)) is None
    assert (reader.count, reader.snapshot) == (1000, 1)


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 1000])
def test_subjects_with_very_many_rows_are_whole(tmp_path: Path, count: int) -> None:
    IndexWriter(tmp_path / "x", KEY, "k1", "x").build([(subject(1), rows(1, count))], snapshot=1, as_of="")
    reader = IndexReader(tmp_path / "x", KEYS)
    assert reader.lookup(subject(1)).rows == rows(1, count)
    assert reader.problems() == []


def test_an_open_reader_sees_upserts_deletes_and_new_builds(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shudao.plane.index._LOOK_AGAIN", 0.0)
    reader = IndexReader(path, KEYS)
    writer = IndexWriter(path, KEY, "k1", "population")
    assert writer.upsert(
        [(subject(42), rows(42, 500)), (subject(1), rows(1))], [subject(44), subject(45)], snapshot=2, as_of="b"
    ) == 1000
    assert len(reader.lookup(subject(42)).rows) == 500
    assert reader.lookup(subject(44)) is None
    assert reader.lookup(subject(1)).snapshot == 2
    assert writer.upsert([(subject(42), rows(42, 1))], snapshot=3, as_of="c") == 1000
    assert reader.lookup(subject(42)).rows == rows(42)
    assert reader.problems() == []
    writer.build([(subject(9), rows(9))], snapshot=4, as_of="d")
    assert reader.lookup(subject(42)) is None
    assert reader.lookup(subject(9)).snapshot == 4


def test_threads_read_on_while_the_index_is_rebuilt(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shudao.plane.index._LOOK_AGAIN", 0.0)
    reader, writer = IndexReader(path, KEYS), IndexWriter(path, KEY, "k1", "population")
    wrong: list[object] = []

    def read() -> None:
        for _ in range(300):
            try:
                if reader.lookup(subject(42)).rows != rows(42):
                    wrong.append("other rows")
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for snapshot in range(2, 8):
        writer.build([(subject(42), rows(42))], snapshot=snapshot, as_of="")
        writer.upsert([(subject(42), rows(42))], snapshot=snapshot, as_of="")
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_plain_value_lies_in_the_files(path: Path) -> None:
    everything = b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())
    assert "试验人".encode() not in everything


def test_a_failed_build_leaves_the_old_index(path: Path) -> None:
    with pytest.raises(ValueError, match="out of order"):
        IndexWriter(path, KEY, "k1", "population").build(
            [(subject(2), rows(2)), (subject(1), rows(1))], snapshot=9, as_of=""
        )
    assert IndexReader(path, KEYS).count == 1000


def test_one_changed_byte_of_a_value_is_found_and_named(path: Path) -> None:
    file = data_file(path)
    content = bytearray(file.read_bytes())
    place = content.rindex(subject(42) + b"\0\0") + 18 + 20  # inside the sealed value that follows the key
    content[place] ^= 1
    file.write_bytes(content)
    reader = IndexReader(path, KEYS)
    with pytest.raises(IndexDamaged) as caught:
        reader.lookup(subject(42))
    assert caught.value.details["index"] == "population"
    assert caught.value.details["key"].startswith(subject(42).hex())
    assert any(subject(42).hex() in problem for problem in reader.problems())


def test_a_renamed_subject_is_found_by_the_full_check(path: Path) -> None:
    file = data_file(path)
    content = bytearray(file.read_bytes())
    place = content.rindex(subject(42) + b"\0\0")
    content[place : place + 16] = subject(43)
    file.write_bytes(content)
    assert any("missing, invented or renamed" in problem for problem in IndexReader(path, KEYS).problems())


def test_values_swapped_between_two_subjects_do_not_open(path: Path) -> None:
    file = data_file(path)
    content = bytearray(file.read_bytes())
    first, second = (content.rindex(subject(number) + b"\0\0") for number in (42, 44))
    content[first : first + 16], content[second : second + 16] = subject(44), subject(42)
    file.write_bytes(content)
    assert len(IndexReader(path, KEYS).problems()) >= 2


def test_the_wrong_key_and_an_absent_index_are_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        IndexReader(path, {"k1": bytes(32)})
    with pytest.raises(IndexMissing):
        IndexReader(tmp_path / "nothing", KEYS)


def test_random_changes_equal_a_dictionary(tmp_path: Path) -> None:
    chance = random.Random(7)
    writer = IndexWriter(tmp_path / "x", KEY, "k1", "x")
    model = {subject(n): rows(n) for n in range(50)}
    writer.build(sorted(model.items()), snapshot=0, as_of="")
    for step in range(30):
        changed = {subject(chance.randrange(100)): rows(step, chance.choice([0, 1, 3, 250])) for _ in range(5)}
        gone = {subject(chance.randrange(100)) for _ in range(3)} - set(changed)
        writer.upsert(changed.items(), gone, snapshot=step, as_of="")
        model = {key: value for key, value in (model | changed).items() if key not in gone}
    reader = IndexReader(tmp_path / "x", KEYS)
    assert reader.count == len(model)
    assert reader.problems() == []
    for key in map(subject, range(100)):
        found = reader.lookup(key)
        assert (found.rows if found else None) == model.get(key)
    shutil.rmtree(tmp_path / "x")
