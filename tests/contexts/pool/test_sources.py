"""Deliveries in every format give the same rows; hostile ones are refused or inert, in bounded time and memory."""

from __future__ import annotations

import gzip
import json
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shudao.contexts.pool.adapters import sources
from shudao.contexts.pool.contracts.refusals import (
    SourceUnreadable,
)
from tests.contexts.pool import workbooks

COLUMNS = ["code", "name", "day"]
ROWS = [["a", "王", "2026-01-31"], ["b", "O'Neill", None], ["c", '"引号"', "2025-12-01"]]


def read(path: Path, columns: list[str] = COLUMNS) -> tuple[list[list[str | None]], list[str]]:
    source = sources.open_source(path, columns)
    table = source.batches.read_all()
    assert table.column("_line").to_pylist() == list(range(1, table.num_rows + 1))
    found = [[row[name] or None for name in columns] for row in table.to_pylist()]
    return found, list(source.misshapen)


def written(folder: Path, kind: str) -> Path:
    path = folder / f"delivery.{kind}"
    if kind == "xlsx":
        return workbooks.write(path, [[*COLUMNS], *([*row] for row in ROWS)])
    if kind == "jsonl":
        lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in ROWS]
        path.write_text("\n".join(lines), encoding="utf-8")
    elif kind in ("utf-8", "utf-8-sig", "gb18030"):
        text = 'code,name,day\na,王,2026-01-31\nb,O\'Neill,\nc,"""引号""",2025-12-01\n'
        path.write_text(text, encoding=kind)
    else:
        table = pa.table({name: [row[place] for row in ROWS] for place, name in enumerate(COLUMNS)})
        if kind == "parquet":
            pq.write_table(table, path)
        else:
            with pa.ipc.new_file(str(path), table.schema) as writer:
                writer.write_table(table)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "jsonl", "utf-8", "utf-8-sig", "gb18030", "parquet", "arrow"])
def test_every_format_gives_the_same_rows(tmp_path: Path, kind: str) -> None:
    assert read(written(tmp_path, kind)) == (ROWS, [])


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "jsonl"])
def test_what_a_file_is_called_does_not_matter(tmp_path: Path, kind: str) -> None:
    lying = tmp_path / "register.csv"
    written(tmp_path, kind).rename(lying)
    assert read(lying) == (ROWS, [])


def test_a_workbook_gives_days_numbers_and_what_formulas_showed(tmp_path: Path) -> None:
    path = workbooks.write(
        tmp_path / "w.xlsx",
        [
            ["code", "name", "day"],
            [1, ("inline", "甲"), ("date", "46053")],
            [2.5, ("formula", 'HYPERLINK("http://x")'), ("custom", "46053.5")],
            [1e3, ("bool", "1"), None],
            [None, None, None],
            ["x", None, "too", "many"],
        ],
    )
    rows, misshapen = read(path)
    assert rows == [
        ["1", "甲", "2026-01-31"],
        ["2.5", "kept", "2026-01-31 12:00:00"],
        ["1000", "true", None],
    ]
    assert misshapen == ["x,,too,many"]


def test_typed_columns_are_written_as_registers_write_them(tmp_path: Path) -> None:
    table = pa.table({"code": [1, 2], "name": [date(2026, 1, 31), None], "day": [datetime(2026, 1, 31, 8, 5), None]})  # noqa: DTZ001
    pq.write_table(table, tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet")[0] == [["1", "2026-01-31", "2026-01-31 08:05:00"], ["2", None, None]]


def test_lines_of_json_that_are_no_flat_object_are_kept_aside(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"code":"a","name":null,"day":1.5}\n{"code":"b"}\n[1]\n{"code":{"x":1}}\nnonsense\n\n{"day":true}\n'
    )
    rows, misshapen = read(path)
    assert rows == [["a", None, "1.5"], ["b", None, None], [None, None, "true"]]
    assert misshapen == ["[1]", "nonsense", '{"code":{"x":1}}']


def bomb(path: Path, member: str) -> Path:
    """A workbook one of whose members grows a thousandfold."""
    workbooks.write(path, [["code"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book, book.open(member, "w") as stream:
        for _ in range(200):
            stream.write(b" " * (1 << 20))
    return path


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
    "<sst><si><t>&c;</t></si></sst>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>'


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "hostile", ["sheet", "strings", "entities", "outside", "gzip", "nested", "torn", "wide", "index"]
)
def test_a_hostile_file_is_refused_in_time(tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "hostile.csv"
    if hostile in ("sheet", "strings"):
        bomb(path, {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}[hostile])
    elif hostile in ("entities", "outside"):
        workbooks.write(path, [["code"]], sharedStrings=ENTITIES if hostile == "entities" else OUTSIDE)
    elif hostile == "gzip":
        path.write_bytes(gzip.compress(b"code,name,day\n" * 1000))
    elif hostile == "nested":
        with zipfile.ZipFile(path, "w") as outer:
            outer.writestr("inner.xlsx", workbooks.write(tmp_path / "i.xlsx", [["code"]]).read_bytes())
    elif hostile == "torn":
        whole = workbooks.write(tmp_path / "w.xlsx", [["code"]] * 50).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    elif hostile == "wide":
        workbooks.write(
            path, [["code"]], sheet1='<worksheet><sheetData><row><c r="ZZZ1"><v>1</v></c></row></sheetData></worksheet>'
        )
    else:
        workbooks.write(
            path,
            [["code"]],
            sheet1='<worksheet><sheetData><row><c r="A1" t="s"><v>99</v></c></row></sheetData></worksheet>',
        )
    started = time.monotonic()
    with pytest.raises(SourceUnreadable):
        read(path)
    assert time.monotonic() - started < 10


def test_a_line_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(b'{"code":"' + b"x" * (8 << 20) + b'"}\n')
    with pytest.raises(SourceUnreadable):
        read(path)


def test_nested_and_binary_columns_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"code": [[1]], "name": ["x"], "day": ["y"]}), tmp_path / "n.parquet")
    with pytest.raises((SourceUnreadable, pa.ArrowInvalid)):
        read(tmp_path / "n.parquet")


def test_a_repeated_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("code,code,day\n1,2,3\n")
    with pytest.raises(SourceUnreadable, match="重复"):
        read(tmp_path / "d.csv")


@pytest.mark.parametrize("packing", ["none", "snappy", "gzip", "brotli", "zstd", "lz4"])
@pytest.mark.parametrize("pages", ["1.0", "2.0"])
def test_parquet_is_read_however_it_was_written(tmp_path: Path, packing: str, pages: str) -> None:
    path, table = tmp_path / "p", pa.table({"code": ["a", None, "c"] * 99, "name": ["王"] * 297, "day": [7] * 297})
    with pq.ParquetWriter(path, table.schema, compression=packing, data_page_version=pages) as writer:
        for part in (table, table.slice(0, 0), table.slice(0, 1)):
            writer.write_table(part, 50)
    assert len(read(path)[0]) == 298
    pq.write_table(table.slice(0, 0), path, compression=packing, data_page_version=pages)
    assert read(path) == ([], [])
