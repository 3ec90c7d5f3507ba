"""Files that mean harm: refused in a sentence or taken in as dead text, within bounds; nothing else of them is kept."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.matters import api, models
from shudao.contexts.matters.adapters import sheets, tables
from shudao.contexts.matters.contracts.imports import ImportUnreadable
from shudao.foundation.audit.contracts import SYSTEM
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.lists import HEADER, row, written
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN

pytestmark = pytest.mark.django_db
MIB = 1 << 20


def bomb(member: str, size: int) -> bytes:
    """A workbook whose sheet, or an archive whose list, unpacks to `size` bytes of nothing."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in sheets._PARTS.items():
            book.writestr(name, part)
        with book.open(member, "w", force_zip64=True) as file:
            for _ in range(size // MIB):
                file.write(b" " * MIB)
    return packed.getvalue()


def workbook(path: Path, rows: list[dict[str, str]]) -> Path:
    book = sheets.Xlsx(path)
    for cells in [HEADER, *([one[name] for name in HEADER] for one in rows)]:
        book.row(cells)
    book.close()
    return path


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a zip bomb as a workbook": lambda: bomb("xl/worksheets/sheet1.xml", 300 * MIB),
    "a zip bomb as our archive": lambda: bomb(tables.MATTERS_MEMBER, 300 * MIB),
    "an archive that is cut": lambda: bomb("xl/worksheets/sheet1.xml", MIB)[:400],
    "a packed file": lambda: b"\x1f\x8b\x08" + bytes(100),
    "an old spreadsheet": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
    "UTF-16": lambda: "department,name\n".encode("utf-16"),
    "neither encoding": lambda: b"department,name\n\xff\xff\xfe,x\n",
    "both encodings": lambda: (
        ",".join(HEADER).encode()
        + b"\n"
        + b"\n".join(["区民政局,登记,测试".encode("gb18030"), *["区民政局,登记,测试登记".encode()] * 20])
    ),
    "one line without an end": lambda: b"a," * (2 * MIB),
    "a quotation without an end": lambda: (",".join(HEADER) + '\n"').encode() + b"x\n" * MIB,
    "many columns": lambda: b",".join(f"c{n}".encode() for n in range(400)) + b"\n1\n",
    "a column twice": lambda: b"name,name\n1,2\n",
    "deep JSON": lambda: b"[" * 200_000 + b"]" * 200_000,
    "a JSON list cut off": lambda: b'[{"implementation": {"task_code": "1"}',
    "a JSON number without end": lambda: b"[" + b"9" * (3 * MIB) + b"]",
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused_in_a_sentence_and_nothing_is_kept(
    tmp_path: Path, noon: datetime, made: Callable[[], bytes]
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(made())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImportUnreadable) as refused:
        api.import_list(path, name="list", acting=SYSTEM, now=noon)
    assert str(refused.value.details["why"]).endswith("。")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
    assert not models.ListedEntry.objects.exists()


def test_a_csv_of_two_gigabytes_is_not_even_read(tmp_path: Path, noon: datetime) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)  # a hole: it takes no room
    with pytest.raises(ImportUnreadable, match="512 MB"):
        api.import_list(path, name="large", acting=SYSTEM, now=noon)


def test_a_list_of_a_hundred_thousand_rows_takes_bounded_memory(tmp_path: Path) -> None:
    """Read in a process of its own, whose memory is limited to what one portion needs."""
    path = tmp_path / "long.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(HEADER) + "\n")
        file.writelines(",".join(row(number).values()) + "\n" for number in range(100_000))
    script = f"""
import django; django.setup()
import resource
from pathlib import Path
from shudao.contexts.matters.adapters import tables
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
print(sum(1 for _ in tables.read(Path({str(path)!r})).rows), peak() - before)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    rows, grown = map(int, done.stdout.split()[-2:])
    assert rows == 100_000
    assert grown < 50 * 1024


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_formulas_come_in_as_dead_text(load: Load, tmp_path: Path, noon: datetime, form: str) -> None:
    load()
    rows = [row(1, name='=HYPERLINK("http://x","测试")'), row(2, name="+cmd|' /C calc'!A0")]
    path = tmp_path / f"list.{form}"
    path = workbook(path, rows) if form == "xlsx" else written(path, rows)
    done = api.import_list(path, name="list", acting=SYSTEM, now=noon)
    assert (done.imported, done.findings["formula"]) == (2, 2)
    assert [one.name for one in api.listed_entries(done.number).items] == [one["name"] for one in rows]


@pytest.fixture
def standing(load: Load) -> dict[str, Any]:
    """What the exchange's form says of an implementation that is here."""
    load(items=[raw(levels=[4, 6]), raw(code="other-registration", catalog_code="510702901000", name="全然不同的给付")])
    (code,) = models.Implementation.objects.filter(code="test-registration", division=GUANGAN).values_list(
        "task_code", flat=True
    )
    fields = api.national_fields(api.implementation(code))
    return {group: fields[group] for group in ("catalog", "implementation")}  # type: ignore[literal-required]


def imported(path: Path, rows: list[Any], noon: datetime) -> list[tuple[str, list[str]]]:
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False, default=str) for one in rows), encoding="utf-8")
    done = api.import_list(path, name="list", acting=SYSTEM, now=noon)
    return [
        (one.outcome.value, sorted({found.rule for found in one.findings}))
        for one in api.every_listed_entry(done.number)
    ]


def changed(standing: dict[str, Any], group: str, **changes: Any) -> dict[str, Any]:
    return {**standing, group: {**standing[group], **changes}}


def test_what_is_here_just_so_is_matched_without_a_finding(
    standing: dict[str, Any], tmp_path: Path, noon: datetime
) -> None:
    assert imported(tmp_path / "x", [standing], noon) == [("matched", [])]


def test_inheritance_that_goes_in_a_circle_is_refused(standing: dict[str, Any], tmp_path: Path, noon: datetime) -> None:
    first, second = "510702900001", "510702900002"
    rows = [
        {"catalog": {**standing["catalog"], "catalog_code": code, "parent_catalog_code": above}}
        for code, above in ((first, second), (second, first), ("510702900000", "510702900000"))
    ]
    assert [outcome for outcome, _ in imported(tmp_path / "x", rows, noon)] == ["refused"] * 3


@pytest.mark.parametrize(
    ("group", "changes", "rule"),
    [
        ("implementation", {"task_name": "从未听说的审查"}, "code-taken"),
        ("implementation", {"catalog_code": "510702901000"}, "code-mismatch"),
        ("implementation", {"task_code": "1" * 31}, "code-task"),
        ("implementation", {"server_type": ["1", "8"]}, "field-list"),
        ("implementation", {"promise_day": "soon"}, "field-value"),
        ("implementation", {"task_name": "名\x00称"}, "field-characters"),
        ("implementation", {"unheard_of": 1}, "field-unknown"),
        ("catalog", {"catalog_code": "5107"}, "field-length"),
        ("catalog", {"catalog_code": "519902900000"}, "code-catalog"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_reason(
    standing: dict[str, Any], tmp_path: Path, noon: datetime, group: str, changes: dict[str, Any], rule: str
) -> None:
    ((outcome, rules),) = imported(tmp_path / "x", [changed(standing, group, **changes)], noon)
    assert outcome == "refused"
    assert rule in rules


def test_a_code_that_an_earlier_row_has_is_refused(standing: dict[str, Any], tmp_path: Path, noon: datetime) -> None:
    assert imported(tmp_path / "x", [standing, standing], noon) == [
        ("matched", []),
        ("refused", ["duplicate-code"]),
    ]


def test_what_differs_from_the_platform_is_told_field_by_field(
    standing: dict[str, Any], tmp_path: Path, noon: datetime
) -> None:
    path = tmp_path / "x"
    row = changed(standing, "implementation", promise_day=4, handle_type=["2", "1"])
    assert imported(path, [row], noon) == [("matched", ["differs"])]
    (number,) = [one.number for one in api.imports().items]
    (entry,) = api.listed_entries(number).items
    assert [(one.field, one.given, one.known) for one in entry.findings] == [("implementation.promise_day", "4", "5")]
