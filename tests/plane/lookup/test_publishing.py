"""What readers see while layers are built, published and cleaned away, whatever happens to the builder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from shudao.plane.lookup import reader as reading
from shudao.plane.lookup.current import clean
from shudao.plane.lookup.fields import Field, Kind
from shudao.plane.lookup.reader import IndexReader
from shudao.plane.lookup.writer import LayerWriter, publish
from tests.plane.lookup import tables

FIELDS = [Field("n", Kind.INTEGER)]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / tables.INDEX


def write(path: Path, value: int) -> str:
    return tables.write(path, FIELDS, {tables.subject(n): [{"n": value}] for n in range(100)}).name


def test_the_reader_loads_neither_numpy_nor_pyarrow_nor_django() -> None:
    code = """
        import sys, shudao.plane.lookup.reader, shudao.plane.lookup.erasing
        sys.exit(any(name.split(".")[0] in ("numpy", "pyarrow", "django") for name in sys.modules))
    """
    assert subprocess.run([sys.executable, "-c", textwrap.dedent(code)]).returncode == 0


@pytest.mark.parametrize("where", ["in the middle", "before publishing"])
def test_a_killed_build_leaves_the_published_index(path: Path, where: str) -> None:
    tables.show(path, write(path, 1))
    code = f"""
        import os, pathlib
        from tests.plane.lookup import tables, test_publishing as here
        from shudao.plane.lookup import sealing
        if {where!r} == "in the middle":
            sealing.Sealer.finish = lambda self: os.kill(os.getpid(), 9)
        here.write(pathlib.Path({str(path)!r}), 2)
        os.kill(os.getpid(), 9)
    """
    environment = os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    killed = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=environment, cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(path.glob("*.lmdb"))) == 2
    reader = IndexReader(path, tables.KEYS)
    found = reader.lookup(tables.subject(5))
    assert found is not None
    assert (found.rows, reader.problems()) == ([{"n": 1}], [])
    clean(path, reader.layers)
    assert [folder.name for folder in path.glob("*.lmdb")] == reader.layers
    reader.close()


def test_an_exception_removes_the_half_written_layer(path: Path) -> None:
    with (
        pytest.raises(ValueError, match="number"),
        LayerWriter(path, tables.KEY, "k1", "x", fields=FIELDS, record_key=[]) as writer,
    ):
        writer.add(np.zeros((1, 16), dtype=np.uint8), [])
    assert list(path.iterdir()) == []


def test_an_unfinished_layer_or_an_absent_one_cannot_be_published(path: Path) -> None:
    with pytest.raises(ValueError, match="not there"):
        publish(path, tables.KEY, "k1", "x", snapshot=1, as_of="", layers=["nothing.lmdb"])


@pytest.mark.parametrize(
    ("subjects", "column"),
    [
        ([2, 1], pa.array([1, 2])),
        ([1, 2], pa.array([1])),
        ([1, 2], pa.array(["1", "2"])),
        ([1, 2], pa.array([1.0, 2.0])),
    ],
)
def test_what_is_unsorted_or_of_another_type_is_refused(path: Path, subjects: list[int], column: pa.Array) -> None:
    names = np.frombuffer(b"".join(map(tables.subject, subjects)), dtype=np.uint8).reshape(-1, 16)
    with (
        LayerWriter(path, tables.KEY, "k1", "x", fields=FIELDS, record_key=["n"]) as writer,
        pytest.raises(ValueError, match=r"order|number|declared"),
    ):
        writer.add(names, [column])


def test_subjects_of_a_later_call_lie_above(path: Path) -> None:
    names = np.frombuffer(tables.subject(5), dtype=np.uint8).reshape(1, 16)
    with LayerWriter(path, tables.KEY, "k1", "x", fields=FIELDS, record_key=["n"]) as writer:
        writer.add(names, [pa.array([1], pa.int16())])
        with pytest.raises(ValueError, match="order"):
            writer.add(names, [pa.chunked_array([[2]])])


def test_fields_that_make_no_sense_are_refused(path: Path) -> None:
    for fields, key in (([], []), (FIELDS * 2, []), (FIELDS, ["m"])):
        with pytest.raises(ValueError, match="field"):
            LayerWriter(path, tables.KEY, "k1", "x", fields=fields, record_key=key)


def test_threads_read_on_while_layers_are_published_and_cleaned(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LOOK_AGAIN", -1.0)
    tables.show(path, write(path, 0))
    reader, wrong = IndexReader(path, tables.KEYS), []

    def read() -> None:
        for _ in range(300):
            try:
                found = reader.lookup(tables.subject(42))
                if found is None or found.rows != [{"n": found.snapshot - 1}]:
                    wrong.append(found)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for value in range(1, 8):
        name = write(path, value)
        tables.show(path, name, snapshot=value + 1)
        clean(path, [name])
    for thread in threads:
        thread.join()
    assert wrong == []
    assert (reader.snapshot, reader.as_of) == (8, "2026-11-01")
    reader.close()
