"""Whatever is delivered: it is refused in a sentence, or lies there and does nothing; nothing of it stays behind."""

from __future__ import annotations

import gzip
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import formats, sources
from shudao.contexts.pool.contracts.deliveries import Batch, Mode
from shudao.contexts.pool.contracts.refusals import ContractBroken, SourceUnreadable
from shudao.contexts.pool.rules import contract as reading
from shudao.faces.design import exports
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.files.adapters import workbook
from tests.contexts.pool import hostile, workbooks
from tests.contexts.pool.hostile import COLUMNS, ROW, arrow, table, text
from tests.contexts.pool.payments import CODE, Payments, contract

ROOT = Path(__file__).resolve().parents[3]
MOST_MEMORY = 1 << 30
# What is read in part: (rows, rows of another shape than the header).
READ = {"long_rows": (100, 0), "word_in_every_row": (200_000, 0), "many_full_pages": (300, 0)}


@pytest.fixture(scope="module")
def came(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """Name of a hostile file → what its process told of it."""
    folder = tmp_path_factory.mktemp("bombs")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "shudao.config.settings.main",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    seed = os.environ.get("SHUDAO_SEED", str(SystemRandom().randrange(10**6)))
    command = [sys.executable, "-m", "tests.contexts.pool.hostile", str(folder), seed]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    print(f"seed {seed}", ended.stdout, sep="\n")
    return {name: told for name, *told in map(json.loads, ended.stdout.splitlines())}


@pytest.mark.parametrize("name", hostile.BOMBS)
def test_a_bomb_does_not_go_off(came: dict[str, list[Any]], name: str) -> None:
    assert name in came, "it ended its process"
    told, _, peak, _ = came[name]
    rows = READ.get(name)
    assert told == ("{} rows, {} misshapen".format(*rows) if rows else SourceUnreadable.code)
    assert peak < MOST_MEMORY


@pytest.mark.parametrize("name", hostile.BROKEN)
def test_broken_bytes_are_refused_or_read(came: dict[str, list[Any]], name: str) -> None:
    assert name in came, "they ended their process; the seed is printed"
    assert came[name] == []


# Small files, each of them taken in ----------------------------------------------------------------------------------


def _patched(path: Path, values: pa.Array, old: bytes, new: bytes) -> None:
    """An Arrow file in which some bytes are others."""
    arrow(path, table(name=values))
    content = path.read_bytes()
    assert content.count(old) == 1
    path.write_bytes(content.replace(old, new))


def _book(path: Path, **members: str) -> None:
    workbooks.write(path, [[*COLUMNS], [ROW[name] for name in COLUMNS]], **members)


def _relation(told: str) -> str:
    return f'<Relationships><Relationship Id="rId1" {told}/></Relationships>'


def _footer(path: Path, length: int) -> None:
    pq.write_table(table(), path)
    path.write_bytes(path.read_bytes()[:-8] + struct.pack("<I", length) + b"PAR1")


def _broken_page(path: Path) -> None:
    pq.write_table(table(), path, compression="none", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:40] = bytes(range(200, 236))
    path.write_bytes(content)


def _rows_told(path: Path, place: int, told: bytes) -> None:
    """A file of 300 rows that says it has others: the number stands first for all of it, at last for the group."""
    pq.write_table(table(300), path, use_dictionary=False)
    content = path.read_bytes()
    rows, length = b"\x16\xd8\x04", int.from_bytes(content[-8:-4], "little")
    start = len(content) - 8 - length
    parts = content[start:-8].split(rows)
    assert len(parts) > 2 + len(COLUMNS)
    changed = rows.join(parts[:place]) + b"\x16" + told + rows.join(parts[place:])
    path.write_bytes(content[:start] + changed + struct.pack("<I", len(changed)) + b"PAR1")


def _nested_packs(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as outer:
        outer.writestr("inner.zip", b"PK\x03\x04")


def _twice(rows: pa.Table) -> pa.Table:
    return pa.Table.from_arrays([*rows.columns, rows["month"]], [*rows.column_names, "month"])


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


THREE = pa.array(["甲", "乙", "丙"])
OFFSETS = struct.pack("<4i", 0, 3, 6, 9)
NO_TEXT = pa.Array.from_buffers(
    pa.string(), 1, [None, pa.py_buffer(struct.pack("<2i", 0, 2)), pa.py_buffer(b"\xff\xfe")]
)
WORDS = pa.DictionaryArray.from_arrays(pa.array([1, 0, 1], pa.int32()), pa.array(["甲", "乙"]))
MIXED = text(50, name="国家人口甲乙").encode() + text(name="人口甲").encode("gb18030").partition(b"\n")[2]

REFUSED: dict[str, Callable[[Path], object]] = {
    "nothing": _bytes(b""),
    "utf-16": _bytes(text().encode("utf-16")),
    "utf-16 without a mark": _bytes(text().encode("utf-16-le")),
    "utf-32": _bytes(text().encode("utf-32")),
    "half a character": _bytes(text(name="人口").encode("gb18030") + b"\xb0"),
    "two marks": _bytes(b"\xef\xbb\xbf\xef\xbb\xbf" + text().encode()),
    "two encodings": _bytes(MIXED),
    "nulls only": _bytes(bytes(5000)),
    "no header": _bytes(text().partition("\n")[2].encode()),
    "columns as SQL": _bytes(text().replace("paid_on", '"""; DROP TABLE pool_batch;--"').encode()),
    "columns as paths": _bytes(text().replace("paid_on", "../../etc/passwd").encode()),
    "gzip as csv": _bytes(gzip.compress(text().encode())),
    "zip in zip": _nested_packs,
    "old workbook": _bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)),
    "workbook: doubled column": lambda path: workbooks.write(path, [[*COLUMNS, "month"], ["x"]]),
    "workbook: outside": lambda path: _book(
        path, **{"workbook.xml": _relation('TargetMode="External" Target="http://127.0.0.1/x"')}
    ),
    "workbook: path": lambda path: _book(path, **{"workbook.xml": _relation('Target="../../../etc/passwd"')}),
    "workbook: codec": lambda path: _book(path, sharedStrings='<?xml version="1.0" encoding="rot13"?><sst/>'),
    "workbook: long number": lambda path: _book(
        path, sheet1=f'<worksheet><sheetData><row><c t="s"><v>{"1" * 5000}</v></c></row></sheetData></worksheet>'
    ),
    "parquet: footer": lambda path: _footer(path, 0xFFFFFFF0),
    "parquet: small footer": lambda path: _footer(path, 3),
    "parquet: page": _broken_page,
    "parquet: more rows in all": lambda path: _rows_told(path, 1, b"\xfe\x7f"),
    "parquet: fewer rows in all": lambda path: _rows_told(path, 1, b"\x82\x01"),
    "parquet: more rows in a group": lambda path: _rows_told(path, -1, b"\xfe\x7f"),
    "parquet: fewer rows in a group": lambda path: _rows_told(path, -1, b"\x82\x01"),
    "parquet: doubled column": lambda path: pq.write_table(_twice(table()), path),
    "parquet: no text": lambda path: pq.write_table(table(1, name=NO_TEXT), path),
    "parquet: cut": lambda path: (pq.write_table(table(), path), path.write_bytes(path.read_bytes()[:-20])),
    "parquet in name only": _bytes(b"PAR1" + text().encode()),
    "arrow in name only": _bytes(b"ARROW1\0\0" + text().encode()),
    "arrow: doubled column": lambda path: arrow(path, _twice(table())),
    "arrow: places": lambda path: _patched(path, THREE, OFFSETS, struct.pack("<4i", 0, 1 << 28, 1 << 29, 1 << 30)),
    "arrow: places inside": lambda path: _patched(path, THREE, OFFSETS, struct.pack("<4i", 0, 1 << 30, 6, 9)),
    "arrow: places below": lambda path: _patched(path, THREE, OFFSETS, struct.pack("<4i", 0, -5, 1 << 20, 9)),
    "arrow: words": lambda path: _patched(path, WORDS, struct.pack("<3i", 1, 0, 1), struct.pack("<3i", 1, 1 << 30, 1)),
    "arrow: no text": lambda path: _patched(path, THREE, "甲乙丙".encode(), b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff"),
}


@pytest.mark.django_db
def test_what_is_refused_leaves_the_dataset_as_it_was(payments: Payments, tmp_path: Path) -> None:
    payments.send(payments.some(Random(1), 10), Mode.FULL)
    before = _standing()
    for number, (name, make) in enumerate(REFUSED.items()):
        path = tmp_path / f"delivery {number}.csv"
        make(path)
        with pytest.raises(SourceUnreadable) as refused:
            pool.ingest(dataset=CODE, source=path, acting=SYSTEM, now=payments.now, key=name)
        assert refused.value.details["why"], name
        assert _standing() == before, name
    payments.send(payments.some(Random(2), 10), Mode.UPSERT)
    assert payments.agree()


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_cannot_be_looked_at_either(tmp_path: Path, noon: datetime, name: str) -> None:
    REFUSED[name](tmp_path / "x")
    with pytest.raises((SourceUnreadable, ContractBroken)):
        pool.look_at(dataset="looked-at", chunks=[(tmp_path / "x").read_bytes()], acting=SYSTEM, now=noon)
    assert pool.proposals("looked-at") == []


def _standing() -> tuple[list[str], list[Batch], list[str]]:
    root = Path(settings.POOL_ROOT)
    files = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
    return files, pool.batches(CODE), [str(one.number) for one in pool.snapshots(CODE)]


def _lines(*rows: str) -> bytes:
    return "\n".join([json.dumps(ROW), *rows]).encode()


def _line(**values: object) -> str:
    return json.dumps(ROW | values)


MISSHAPEN: dict[str, bytes] = {
    "doubled name": _lines(_line()[:-1] + ',"month":"2027-01"}'),
    "deep": _lines('{"resident_id":' + "[" * 100_000 + "]" * 100_000 + "}"),
    "half a pair": _lines(_line(name="XX").replace("XX", "\\ud800")),
    "long number": _lines(_line(base=1).replace("1}", "1" * 5000 + "}").replace(": 1,", f": {'1' * 5000},")),
    "no number": _lines(_line(base=0.5).replace("0.5", "1e999")),
    "no text": _lines(_line(name="XX")).replace(b"XX", b"\xff\xfe"),
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_a_line_that_nobody_can_read_is_set_aside(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(MISSHAPEN[name])
    source = sources.portions(path, reading.read(contract()))
    assert [part.num_rows for part in source.tables] == [1]
    assert len(source.misshapen) == 1


def test_a_colon_in_a_value_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(_lines(_line(name="08:00:00")))
    source = sources.portions(path, reading.read(contract()))
    assert [part.column("name").to_pylist() for part in source.tables] == [["甲", "08:00:00"]]
    assert source.misshapen == []


FORMULAS = ["=CMD|'/C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "a\0b", "<script>"]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["xlsx", "jsonl", "parquet"])
def test_formulas_are_text_and_are_shown_and_exported_as_text(payments: Payments, tmp_path: Path, kind: str) -> None:
    texts = [one for one in FORMULAS if kind != "xlsx" or "\0" not in one]
    rows = [ROW | {"resident_id": payments.people[0], "month": one} for one in texts]
    path = tmp_path / "formulas"
    if kind == "xlsx":
        workbooks.write(path, [[*COLUMNS], *([row[name] for name in COLUMNS] for row in rows)])
    elif kind == "jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        pq.write_table(pa.table({name: [row[name] for row in rows] for name in COLUMNS}), path)
    batch = pool.ingest(dataset=CODE, source=path, acting=SYSTEM, now=payments.now, key="formulas")
    assert (batch.rows, batch.good) == (len(texts), len(texts))
    assert sorted(row["month"] for row in payments.looked_up(payments.people[0])) == sorted(texts)
    for line in list(exports.lines(["month"], [[one] for one in texts]))[2:]:
        assert not line.lstrip('"').startswith(("=", "+", "-", "@", "\t"))


# Bounds that take long to reach are reached sooner -------------------------------------------------------------------


def _read(path: Path) -> int:
    return sum(part.num_rows for part in sources.portions(path, reading.read(contract())).tables)


def test_shared_strings_have_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbooks.write(tmp_path / "x", [[*COLUMNS], *([f"text {row}"] for row in range(2000))])
    assert _read(tmp_path / "x") == 2000
    monkeypatch.setattr(workbook, "_MOST_STRINGS", 50_000)
    with pytest.raises(SourceUnreadable, match="过大"):
        _read(tmp_path / "x")


def test_all_texts_of_a_sheet_have_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbooks.write(tmp_path / "x", [[*COLUMNS], *([["a text in every row"]] * 2000)])
    assert _read(tmp_path / "x") == 2000
    monkeypatch.setattr(workbook, "_MOST_TEXT", 20_000)
    with pytest.raises(SourceUnreadable, match="过大"):
        _read(tmp_path / "x")


def test_rows_that_fit_nothing_have_a_bound_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_MOST_MISSHAPEN", 100_000)
    for content in (text() + "one\n" * 5000, json.dumps(ROW) + "\n" + "one\n" * 5000):
        (tmp_path / "x").write_text(content, encoding="utf-8")
        with pytest.raises(SourceUnreadable, match="不符的行过多"):
            _read(tmp_path / "x")


def test_long_rows_come_in_small_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_MOST_TEXT", 1000)
    monkeypatch.setattr(sources, "_MOST_BYTES", 2000)
    (tmp_path / "x").write_text("\n".join([_line(name="x" * 500)] * 40))
    parts = [part.num_rows for part in sources.portions(tmp_path / "x", reading.read(contract())).tables]
    assert sum(parts) == 40
    assert max(parts) < 8
