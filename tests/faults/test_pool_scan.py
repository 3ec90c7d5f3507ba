"""
No identifier that was ever delivered lies in plain on the disk, in whatever way bytes can hold it.

A thousand are planted in every format and by every way in; the pool's home, its inbox and the folder for temporary
files are looked through byte by byte, also right after a kill, and so is all that the processes said.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.faults import scanning
from tests.faults.pool.register import numbers
from tests.faults.scanning import Scanner

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]
PEOPLE = numbers(1000)
ONE = next(one for one in PEOPLE[500:] if one.isdigit())
OTHER = numbers(1001)[-1]
PART = 1 << 16
AROUND = bytes(range(256))


def _zip(path: Path, one: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.xml", f"<v>{one}</v>" * 3)


def _zip_in_zip(path: Path, one: str) -> None:
    _zip(path, one)
    inner = path.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inner.xlsx", inner)


def _parquet(values: Callable[[str], pa.Array], packing: str) -> Callable[[Path, str], None]:
    return lambda path, one: pq.write_table(pa.table({"x": values(one)}), path, compression=packing)


def _arrow(path: Path, one: str) -> None:
    table = pa.table({"x": [one]})
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(str(path), table.schema, options=options) as writer:
        writer.write_table(table)


def _database(path: Path, one: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b)")
        database.execute("INSERT INTO a VALUES (?)", ["x" * 4050 + one + "y" * 9000])
        database.commit()


def _raw(write: Callable[[str], bytes]) -> Callable[[Path, str], object]:
    return lambda path, one: path.write_bytes(AROUND + write(one) + AROUND)


PLACES: dict[str, Callable[[Path, str], object]] = {
    "text": _raw(str.encode),
    "small x": _raw(lambda one: one.lower().encode()),
    "utf-16-le": _raw(lambda one: one.encode("utf-16-le")),
    "utf-16-be": _raw(lambda one: one.encode("utf-16-be")),
    "17 digits, little": _raw(lambda one: int(one[:17]).to_bytes(8, "little")),
    "17 digits, big": _raw(lambda one: int(one[:17]).to_bytes(8)),
    "18 digits, little": _raw(lambda one: int(one).to_bytes(8, "little")),
    "18 digits, big": _raw(lambda one: int(one).to_bytes(8)),
    "hexadecimal": _raw(lambda one: one.encode().hex().encode()),
    "base64": _raw(lambda one: base64.b64encode(b"abc" + one.encode() + b"d")),
    "base64, one later": _raw(lambda one: base64.b64encode(b"abcd" + one.encode() + b"d")),
    "base64, two later": _raw(lambda one: base64.urlsafe_b64encode(b"abcde" + one.encode() + b"d")),
    "zip": _zip,
    "zip in zip": _zip_in_zip,
    "parquet, zstd text": _parquet(lambda one: pa.array([one] * 50), "zstd"),
    "parquet, snappy text": _parquet(lambda one: pa.array([one] * 50), "snappy"),
    "parquet, bytes": _parquet(lambda one: pa.array([b"x" + one.encode()]), "zstd"),
    "parquet, numbers": _parquet(lambda one: pa.array([7, int(one)]), "zstd"),
    "parquet, lists": _parquet(lambda one: pa.array([[one]]), "zstd"),
    "arrow": _arrow,
    "database": _database,
    "end of a part": lambda path, one: path.write_bytes(bytes(PART - 9) + one.encode()),
}


@pytest.mark.parametrize("place", PLACES)
def test_one_planted_is_found_and_another_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(scanning, "_PART", PART)
    for one in (ONE, OTHER):
        (tmp_path / one).mkdir()
        PLACES[place](tmp_path / one / "file", one)
    assert Scanner(PEOPLE).below(tmp_path / ONE)
    assert not Scanner(PEOPLE).below(tmp_path / OTHER)


def test_no_identifier_lies_in_plain_after_any_act(tmp_path: Path) -> None:
    folders = {"SHUDAO_HOME": "home", "SHUDAO_POOL_INBOX": "inbox", "TMPDIR": "temporary"}
    for name in (*folders.values(), "theirs"):
        (tmp_path / name).mkdir()
    url = os.environ.get("DATABASE_URL", "")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {name: str(tmp_path / folder) for name, folder in folders.items()} | {
        "SHUDAO_POOL_SOURCES": str(tmp_path / "theirs" / "sources.yaml") if url else "",
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    command = [sys.executable, "-m", "tests.faults.deliverer", str(tmp_path / "theirs"), url]
    started = time.monotonic()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-6000:]
    looks = [json.loads(line) for line in done.stdout.splitlines()]
    print(f"{time.monotonic() - started:.0f} s", *looks, sep="\n")
    assert [one["found"] for one in looks] == [{}] * len(looks)
    assert len(looks) >= 6
    assert min(one["files"] for one in looks) > 20
    said = Scanner(PEOPLE)
    said.content("said", (done.stdout + done.stderr).encode())
    assert said.found == {}
    assert list((tmp_path / "temporary").iterdir()) == []
    planted = Scanner(PEOPLE)
    planted.below(tmp_path / "theirs")
    assert planted.found, "what was delivered is found where it came from"
