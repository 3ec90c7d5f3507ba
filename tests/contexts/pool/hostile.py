"""
Deliveries that mean harm: bombs, endless lines, lies about sizes. Each is read in a process of its own.

Run as a module with a folder and a seed: makes every file of `BOMBS` there, reads it, and prints a JSON line (name,
what came of it, seconds, peak memory and size in bytes); for each of `BROKEN`, whose bytes it draws, the faults it met.
"""

from __future__ import annotations

import json
import resource
import signal
import struct
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from random import Random

import django
import pyarrow as pa
import pyarrow.parquet as pq

django.setup()

from tests.contexts.pool import workbooks  # noqa: E402
from tests.contexts.pool.payments import contract  # noqa: E402
from tests.faults.pool import processes  # noqa: E402

COLUMNS = ["resident_id", "month", "name", "payer_id", "base", "paid_on"]
ROW: dict[str, str | None] = dict(
    zip(COLUMNS, ["519901198001010013", "2026-01", "甲", None, "5", "2026-01-05"], strict=True)
)
BOMBS: dict[str, Callable[[Path], object]] = {}
_STRINGS, _SHEET, _RELATIONS = "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
_SECONDS, _ADDRESSES = 120, 4 << 30
_TRIES, _ODD = 150, (b"", b"", b"", b"\xff", b"\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80")


def bomb(make: Callable[[Path], object]) -> Callable[[Path], object]:
    """Name a file after what makes it."""
    BOMBS[make.__name__] = make
    return make


# Workbooks --------------------------------------------------------------------------------------------------------


def book(path: Path, member: str = "", parts: Iterable[bytes] = (), packing: int = zipfile.ZIP_DEFLATED) -> None:
    """Write a workbook one of whose members is what `parts` say."""
    workbooks.write(path, [[*COLUMNS], [ROW[name] for name in COLUMNS]])
    with zipfile.ZipFile(path) as before:
        members = {one.filename: before.read(one) for one in before.infolist() if one.filename != member}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in members.items():
            after.writestr(name, content)
        if member:
            info = zipfile.ZipInfo(member)
            info.compress_type = packing
            with after.open(info, "w", force_zip64=True) as stream:
                for part in parts:
                    stream.write(part)


def many(unit: bytes, count: int) -> Iterable[bytes]:
    """The unit again and again, numbered so that it is not packed too well."""
    return (b"".join(unit % (first + one) for one in range(10_000)) for first in range(0, count, 10_000))


@bomb
def bzip2(path: Path) -> None:
    """A packing of which 64 KiB are gigabytes."""
    book(path, _STRINGS, chain([b"<sst>"], [b" " * (1 << 20)] * 30), zipfile.ZIP_BZIP2)


@bomb
def lzma(path: Path) -> None:
    """The same."""
    book(path, _STRINGS, chain([b"<sst>"], [b" " * (1 << 20)] * 30), zipfile.ZIP_LZMA)


@bomb
def deep(path: Path) -> None:
    """Elements within elements: the parser keeps each."""
    book(path, _STRINGS, chain([b"<sst>"], many(b"<a><a><a><a>%x", 100_000)))


@bomb
def names(path: Path) -> None:
    """Every element has a name of its own: the parser keeps each for good."""
    book(path, _STRINGS, chain([b"<sst>"], many(b"<a%x/>", 300_000)))


@bomb
def prefixes(path: Path) -> None:
    """Every element declares a name of its own."""
    book(path, _STRINGS, chain([b"<sst>"], many(b'<a xmlns:n%x="x"/>', 200_000)))


@bomb
def relations(path: Path) -> None:
    """Relations by the million."""
    book(path, _RELATIONS, chain([b"<Relationships>"], many(b'<Relationship Id="%x"/>', 1_200_000)))


@bomb
def endless_token(path: Path) -> None:
    """An attribute without an end: the parser looks at it anew with every portion."""
    book(path, _STRINGS, chain([b'<sst a="'], many(b"%x", 1_000_000)))


@bomb
def endless_cell(path: Path) -> None:
    """One cell without an end."""
    book(path, _SHEET, chain([b'<worksheet><sheetData><row><c t="inlineStr"><is><t>'], many(b"%x", 1_000_000)))


@bomb
def one_text_everywhere(path: Path) -> None:
    """A long text in every cell: three gigabytes out of sixty kilobytes."""
    cells = b"".join(b'<c t="s"><v>%d</v></c>' % place for place in range(len(COLUMNS)))
    sheet = chain(
        [b"<worksheet><sheetData><row>" + cells + b"</row>"], many(b'<row r="%d">' + _SIXTH * 6 + b"</row>", 20_000)
    )
    book(path, _SHEET, sheet)
    strings = "".join(f"<si><t>{name}</t></si>" for name in [*COLUMNS, "王" * 30_000])
    with zipfile.ZipFile(path) as before:
        members = {one.filename: before.read(one) for one in before.infolist()}
    members[_STRINGS] = f"<sst>{strings}</sst>".encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        for name, content in members.items():
            after.writestr(name, content)


_SIXTH = b'<c t="s"><v>6</v></c>'


@bomb
def many_members(path: Path) -> None:
    """More members than a workbook has."""
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(20_000):
            packed.writestr(f"{number:060d}", b"")


# Text ----------------------------------------------------------------------------------------------------------------


def text(rows: int = 1, **values: str) -> str:
    """The register as CSV."""
    row = ",".join((ROW | values)[name] or "" for name in COLUMNS)
    return "\n".join([",".join(COLUMNS), *[row] * rows, ""])


def _sparse(path: Path, start: bytes) -> None:
    with path.open("wb") as file:
        file.write(start)
        file.truncate(2 << 30)


@bomb
def header_of_two_gigabytes(path: Path) -> None:
    """A CSV file of one line."""
    _sparse(path, b"resident_id")


@bomb
def line_of_two_gigabytes(path: Path) -> None:
    """A CSV file whose second line has no end."""
    _sparse(path, text().encode() + b"519901198001010013,2026-01,")


@bomb
def quote_without_end(path: Path) -> None:
    """A CSV file in which a quotation is never closed."""
    path.write_bytes(text().encode() + b'519901198001010013,2026-01,"' + b"x,\n" * (1 << 24))


@bomb
def json_of_two_gigabytes(path: Path) -> None:
    """JSON of one line."""
    _sparse(path, b'{"resident_id":"')


@bomb
def wide_json(path: Path) -> None:
    """Lines that each name other columns."""
    with path.open("w") as file:
        for line in range(10):
            file.write(json.dumps(dict.fromkeys(map(str, range(line * 50_000, (line + 1) * 50_000)), 1)) + "\n")


@bomb
def long_rows(path: Path) -> None:
    """JSON of which every line is nearly as long as one may be."""
    with path.open("w") as file:
        for _ in range(100):
            file.write(json.dumps(ROW | {"name": "x" * 1_000_000}) + "\n")


@bomb
def hundred_thousand_columns(path: Path) -> None:
    """A header that no register has."""
    path.write_text(",".join(f"列{number}" for number in range(100_000)) + "\n", encoding="utf-8")


# Columns -------------------------------------------------------------------------------------------------------------


def table(rows: int = 3, **values: pa.Array) -> pa.Table:
    """The register as a table."""
    given = {name: values.get(name, pa.array([ROW[name]] * rows, pa.string())) for name in COLUMNS}
    return pa.table(given)


def arrow(path: Path, rows: pa.Table, compression: str | None = None) -> None:
    """Write an Arrow file."""
    options = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_file(str(path), rows.schema, options=options) as writer:
        writer.write_table(rows)


@bomb
def long_word(path: Path) -> None:
    """A dictionary of one word that is longer than a row may be."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), pa.array(["x" * 5_000_000]))
    pq.write_table(table(2000, name=words), path, compression="zstd", dictionary_pagesize_limit=1 << 30)


@bomb
def word_in_every_row(path: Path) -> None:
    """A word that a row may have, in a million rows."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), pa.array(["x" * 60_000]))
    pq.write_table(table(200_000, name=words), path, compression="zstd", dictionary_pagesize_limit=1 << 30)


@bomb
def fat_page(path: Path) -> None:
    """A page that unpacks to a thousand times its size."""
    rows = table(140, name=pa.array(["x" * 1_000_000] * 140))
    pq.write_table(rows, path, compression="zstd", use_dictionary=False, data_page_size=1 << 30, write_batch_size=140)


@bomb
def many_full_pages(path: Path) -> None:
    """Pages that are each small enough, with rows of a megabyte."""
    rows = table(300, name=pa.array(["x" * 900_000] * 300))
    pq.write_table(rows, path, compression="zstd", use_dictionary=False, write_batch_size=10)


@bomb
def prefixed_values(path: Path) -> None:
    """Each value is the one before: a page of a few bytes is as large as one likes."""
    rows = table(200, name=pa.array(["x" * 500_000] * 200))
    pq.write_table(rows, path, use_dictionary=False, column_encoding={"name": "DELTA_BYTE_ARRAY"})


@bomb
def rows_out_of_nothing(path: Path) -> None:
    """Four million rows in eighty kilobytes."""
    rows = table(1_000_000)
    with pq.ParquetWriter(path, rows.schema, compression="zstd") as writer:
        for _ in range(4):
            writer.write_table(rows)


@bomb
def footer_of_two_gigabytes(path: Path) -> None:
    """A footer that is nearly the whole file."""
    _sparse(path, b"PAR1")
    with path.open("ab") as file:
        file.write(struct.pack("<I", (2 << 30) - 100) + b"PAR1")


@bomb
def lying_length(path: Path) -> None:
    """An Arrow buffer that says it unpacks to a terabyte."""
    arrow(path, table(3000), "zstd")
    content = bytearray(path.read_bytes())
    place = content.find(b"\x28\xb5\x2f\xfd")
    content[place - 8 : place] = struct.pack("<q", 1 << 40)
    path.write_bytes(content)


# Reading -------------------------------------------------------------------------------------------------------------


def _read(path: Path) -> str:
    from shudao.contexts.pool.adapters import sources
    from shudao.contexts.pool.contracts.refusals import SourceUnreadable
    from shudao.contexts.pool.rules import contract as reading

    try:
        source = sources.portions(path, reading.read(contract()))
        rows = sum(part.num_rows for part in source.tables)
    except SourceUnreadable:
        return SourceUnreadable.code
    return f"{rows} rows, {len(source.misshapen)} misshapen"


def _told(name: str, path: Path) -> None:
    signal.alarm(_SECONDS)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    started = time.monotonic()
    try:
        came = _read(path)
    except BaseException as error:
        came = f"{type(error).__name__}: {error}"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(json.dumps([name, came, round(time.monotonic() - started, 1), peak, path.stat().st_size]))


# Honest files in which some bytes are others: they may be read as anything, but end no process.
BROKEN: dict[str, Callable[[Path], object]] = {
    "xlsx": book,
    "jsonl": lambda path: path.write_text((json.dumps(ROW) + "\n") * 3),
    "parquet, packed": lambda path: pq.write_table(table(300), path, compression="zstd", row_group_size=100),
    "parquet, plain": lambda path: pq.write_table(table(50), path, use_dictionary=False, data_page_version="2.0"),
    "arrow, packed": lambda path: arrow(path, table(50), "zstd"),
    "arrow, plain": lambda path: arrow(path, table(50)),
}


def _told_broken(name: str, path: Path, seed: int) -> None:
    signal.alarm(_SECONDS)
    content, draw, came = path.read_bytes(), Random(seed), set[str]()
    for _ in range(_TRIES):
        broken = bytearray(content)
        for _ in range(draw.choice([1, 1, 2, 4])):
            place = draw.randrange(len(broken))
            broken[place : place + draw.choice([0, 1, 1, 1, 4])] = draw.choice(_ODD) or draw.randbytes(1)
        path.write_bytes(broken)
        try:
            came.add(_read(path).partition(" ")[2] and "read")
        except BaseException as error:
            came.add(f"{type(error).__name__}: {error}")
    print(json.dumps([name, *sorted(came - {"", "read"})]))


def main(folder: Path, seed: int) -> None:
    """Make and read every file, each in a fork of this process, which has everything loaded."""
    for name, make in BOMBS.items():
        path = folder / name
        assert processes.apart(lambda make=make, path=path: make(path)) == 0, name  # type: ignore[misc]
        processes.apart(lambda name=name, path=path: _told(name, path))  # type: ignore[misc]
        path.unlink()
    for name, make in BROKEN.items():
        make(folder / "broken")
        processes.apart(lambda name=name: _told_broken(name, folder / "broken", seed))  # type: ignore[misc]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
