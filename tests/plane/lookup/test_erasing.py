"""An erased subject is out of every layer, and out of the bytes on the disk; everybody else stays."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest

from shudao.plane.lookup import environments, shapes, wiping
from shudao.plane.lookup.erasing import erase
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.layer import Layer
from shudao.plane.lookup.reader import IndexReader
from tests.plane.lookup import tables

FIELDS = [Field(f"f{number}", kind) for number, kind in enumerate([*Kind, *Kind])]


def sealed_blocks(path: Path, name: str, subject: bytes) -> list[bytes]:
    """Return the sealed values that hold the subject (behind the head: a bound may equal a subject by chance)."""
    layer = Layer(path, name, tables.KEYS, tables.INDEX)
    with layer.environment.env.begin(db=layer.environment.blocks) as txn:
        found = [value for key, value in layer.blocks(txn) if subject in layer.open(key, value)[shapes.HEAD.size :]]
    layer.close()
    return found


@pytest.mark.parametrize("seed", range(8))
def test_the_erased_leave_and_the_others_stay(tmp_path: Path, seed: int) -> None:
    chance, path = random.Random(seed), tmp_path / tables.INDEX
    counts = ((1,), (10,), (1, 2, 30), (1, 400, 2_000))[seed % 4]
    subjects = tables.random_subjects(chance, 12 if max(counts) > 100 else 150)
    rows = tables.random_rows(chance, FIELDS, [(who, chance.choice(counts)) for who in subjects])
    name = tables.write(path, FIELDS, rows, calls=2).name
    tables.show(path, name)
    reader = IndexReader(path, tables.KEYS)
    leaving = chance.sample(subjects, 8)
    for done, who in enumerate(leaving, 1):
        old = sealed_blocks(path, name, who)
        assert old
        assert erase(path, tables.KEYS, who) == len(rows[who])
        content = (path / name / "data.mdb").read_bytes()
        assert not any(value[: shapes.NONCE] in content for value in old)
        assert sealed_blocks(path, name, who) == []
        assert reader.lookup(who) is None
        assert reader.count == len(subjects) - done
    for who in set(subjects) - set(leaving):
        found = reader.lookup(who)
        assert found is not None
        assert found.rows == tables.answer(rows[who])
    assert reader.problems() == []
    assert erase(path, tables.KEYS, leaving[0]) == 0
    reader.close()


def test_erasing_reaches_older_layers_that_are_named(tmp_path: Path) -> None:
    path, who = tmp_path / "x", tables.subject(7)
    rows = tables.random_rows(random.Random(1), FIELDS, [(tables.subject(n), 3) for n in range(20)])
    old, base, newest = (tables.write(path, FIELDS, rows, record_key=["f1"]).name for _ in range(3))
    tables.show(path, base, newest)
    assert erase(path, tables.KEYS, who, layers=[old]) == 9
    assert [sealed_blocks(path, name, who) for name in (old, base, newest)] == [[], [], []]
    reader = IndexReader(path, tables.KEYS)
    assert (reader.lookup(who), reader.count, reader.problems()) == (None, 19, [])
    reader.close()


def test_no_text_of_the_erased_stays_in_the_open_block(tmp_path: Path) -> None:
    path = tmp_path / "x"
    rows: tables.Rows = {
        tables.subject(n): [{"a": f"姓名甲{n}", "b": f"住址{n}-{row}"} for row in range(3)] for n in range(10)
    }
    fields = [Field("a", Kind.TEXT), Field("b", Kind.TEXT)]
    name = tables.write(path, fields, rows).name
    tables.show(path, name)
    erase(path, tables.KEYS, tables.subject(4))
    layer = Layer(path, name, tables.KEYS, tables.INDEX)
    with layer.environment.env.begin(db=layer.environment.blocks) as txn:
        plain = b"".join(layer.open(key, value) for key, value in layer.blocks(txn))
    layer.close()
    assert "姓名甲5".encode() in plain
    assert "姓名甲4".encode() not in plain
    assert "住址4-".encode() not in plain


def test_a_cut_off_erasure_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    rows = tables.random_rows(random.Random(2), FIELDS, [(tables.subject(n), 3) for n in range(50)])
    name = tables.write(path, FIELDS, rows).name
    tables.show(path, name)
    nonces = [value[: shapes.NONCE] for value in sealed_blocks(path, name, tables.subject(9))]

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(wiping, "_wait_for_readers", interrupt)
        with pytest.raises(KeyboardInterrupt):
            erase(path, tables.KEYS, tables.subject(9))
    assert all(nonce in (path / name / "data.mdb").read_bytes() for nonce in nonces)
    assert erase(path, tables.KEYS, tables.subject(9)) == 0
    assert not any(nonce in (path / name / "data.mdb").read_bytes() for nonce in nonces)


@pytest.mark.parametrize("struck", [1, 4, None])
def test_a_striking_out_that_was_cut_off_is_finished(tmp_path: Path, struck: int | None) -> None:
    path = tmp_path / "x"
    rows = tables.random_rows(random.Random(2), FIELDS, [(tables.subject(n), 3) for n in range(50)])
    name = tables.write(path, FIELDS, rows).name
    tables.show(path, name)
    wiping.note(path / name, [(bytes(shapes.KEY), bytes([7]) * shapes.NONCE)])
    notes = next(one for one in (path / name).iterdir() if one.name == "wipe")
    content = notes.read_bytes()
    notes.write_bytes(bytes(len(content[:struck])) + content[len(content[:struck]) :])
    assert erase(path, tables.KEYS, tables.subject(9)) == 3
    assert not notes.exists()


def test_wiping_waits_for_who_still_reads_the_old_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "layer"
    folder.mkdir()
    shared = environments.acquire(folder, fresh=True)
    values = [random.Random(number).randbytes(3_000) for number in range(50)]
    with shared.env.begin(write=True, db=shared.blocks) as txn:
        for number, value in enumerate(values):
            txn.put(number.to_bytes(shapes.KEY), value)
    reading = shared.env.begin(db=shared.blocks)
    with shared.env.begin(write=True, db=shared.blocks) as txn:
        txn.put((7).to_bytes(shapes.KEY), b"new")
    live = values[8][: shapes.NONCE]  # as if a second transaction had noted it and then failed
    wiping.note(folder, [((7).to_bytes(shapes.KEY), values[7][: shapes.NONCE]), ((8).to_bytes(shapes.KEY), live)])
    monkeypatch.setattr(wiping, "_WAIT", 0.05)
    with pytest.raises(TimeoutError):
        wiping.wipe(shared)
    assert reading.get((7).to_bytes(shapes.KEY)) == values[7]
    monkeypatch.setattr(wiping, "_WAIT", 10.0)
    released = threading.Timer(0.1, reading.abort)
    released.start()
    assert wiping.wipe(shared) > 0
    released.join()
    assert values[7][: shapes.NONCE] not in (folder / "data.mdb").read_bytes()
    assert wiping.wipe(shared) == 0
    with shared.env.begin(db=shared.blocks) as txn:
        assert [value for _, value in txn.cursor()] == [*values[:7], b"new", *values[8:]]
    environments.release(shared)
