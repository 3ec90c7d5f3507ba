"""Lists from elsewhere: whole, in any of the forms, cut off and taken up, twice without a change."""

from __future__ import annotations

import json
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from shudao.contexts.matters import api, models
from shudao.contexts.matters.contracts.imports import ImportSummary, ImportUnreadable, Outcome
from shudao.contexts.matters.services import importing
from shudao.foundation.audit.contracts import SYSTEM
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.lists import row, written

pytestmark = pytest.mark.django_db


def taken(path: Path, noon: datetime) -> ImportSummary:
    return api.import_list(path, name=path.name, acting=SYSTEM, now=noon)


@pytest.fixture
def small(load: Load) -> None:
    """A library of one matter in two counties."""
    load()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_taken_in_whatever_its_encoding(small: None, tmp_path: Path, noon: datetime, encoding: str) -> None:
    rows = [row(1), row(2, name="从未听说的审查"), row(3, name="", item_code="")]
    done = taken(written(tmp_path / "list.csv", rows, encoding), noon)
    assert (done.rows, done.imported, done.refused, done.matched, done.unmatched) == (3, 2, 1, 1, 1)
    kept = models.ListedEntry.objects.order_by("line")
    assert [one.outcome for one in kept] == ["matched", "unmatched", "refused"]
    assert [one.values["department"] for one in kept] == ["区民政局"] * 3
    assert (kept[0].catalog_code, kept[0].score) == ("510702900000", 1000)


def test_a_preview_says_the_same_and_writes_nothing(small: None, tmp_path: Path, noon: datetime) -> None:
    path = written(tmp_path / "list.csv", [row(1), row(2, task_type="7"), row(2, name="另一个")])
    looked, sample = api.preview_list(path, name="list.csv")
    assert not models.Import.objects.exists()
    assert not models.ListedEntry.objects.exists()
    done = taken(path, noon)
    assert (looked.rows, looked.matched, looked.new) == (done.rows, done.matched, done.new)
    assert looked.findings == done.findings == {"duplicate-code": 1, "duplicate-name": 1, "type-zero": 1}
    assert [one.listed.line for one in sample] == [2, 3]


def test_the_same_file_twice_changes_nothing(small: None, tmp_path: Path, noon: datetime) -> None:
    path = written(tmp_path / "list.csv", [row(1), row(1), row(2)])
    first = taken(path, noon)
    before = list(models.ListedEntry.objects.order_by("key").values())
    again = taken(path, noon)
    assert (first.new, again.new, again.changed, again.unchanged) == (3, 0, 0, 3)
    assert list(models.ListedEntry.objects.order_by("key").values()) == before


def test_a_later_list_changes_what_it_says_otherwise(small: None, tmp_path: Path, noon: datetime) -> None:
    taken(written(tmp_path / "old.csv", [row(1), row(2)]), noon)
    later = taken(written(tmp_path / "new.csv", [row(2, main_item="另一主项"), row(1), row(3)]), noon)
    assert (later.new, later.changed, later.unchanged) == (1, 1, 1)
    assert models.ListedEntry.objects.count() == 3
    assert [one.line for one in api.listed_entries(later.number).items] == [1, 2, 3]


class Killed(BaseException):
    """The process ends here."""


def test_an_import_that_is_cut_off_goes_on_where_it_stopped(
    small: None, tmp_path: Path, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(number % 17, name=f"测试登记{number % 5}") for number in range(25)]
    path = written(tmp_path / "list.csv", rows)
    monkeypatch.setattr(importing, "PORTION", 4)
    whole, portions = importing._take, []

    def dying(*given: Any) -> None:
        if len(portions) == 3:
            raise Killed
        portions.append(given)
        whole(*given)

    monkeypatch.setattr(importing, "_take", dying)
    with pytest.raises(Killed):
        taken(path, noon)
    assert models.Import.objects.get().position == models.ListedEntry.objects.count() == 12
    monkeypatch.setattr(importing, "_take", whole)
    done = taken(path, noon)
    assert (done.rows, done.imported, done.new) == (25, 25, 25)
    assert (
        models.ListedEntry.objects.filter(rules__contains="^duplicate-code^").count() == done.findings["duplicate-code"]
    )
    assert taken(path, noon).changed == 0


def test_formulas_are_text_and_run_nowhere(small: None, tmp_path: Path, noon: datetime) -> None:
    path = written(tmp_path / "list.csv", [row(1, name='=HYPERLINK("http://x")&测试'), row(2, name="@SUM(1)登记")])
    done = taken(path, noon)
    assert (done.imported, done.findings["formula"]) == (2, 2)
    assert models.ListedEntry.objects.get(line=1).name == '=HYPERLINK("http://x")&测试'


def test_the_command_prints_one_object(small: None, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", [row(1), row(2, dept_code="1")])
    said = StringIO()
    call_command("matters", "import", str(path), "--json", stdout=said)
    told = json.loads(said.getvalue().splitlines()[-1])
    assert (told["rows"], told["imported"], told["matched"], told["unmatched"]) == (2, 2, 2, 0)
    assert told["findings"] == {"dept-code": 1, "duplicate-name": 1}


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "", "\n\n", "name,item_code\nx,y\n", "\x00\x01\x02"])
def test_what_is_no_list_is_refused_and_nothing_kept(tmp_path: Path, noon: datetime, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(ImportUnreadable):
        taken(path, noon)
    assert not models.Import.objects.exists()


def test_rows_of_another_shape_are_refused_and_counted(small: None, tmp_path: Path, noon: datetime) -> None:
    path = written(tmp_path / "list.csv", [row(1)])
    path.write_text(path.read_text() + "只有一格\n" + ",".join("abcdefghij") + "\n")
    done = taken(path, noon)
    assert (done.rows, done.imported, done.refused) == (3, 1, 2)
    page = api.listed_entries(done.number, outcome=Outcome.REFUSED)
    assert [found.rule for one in page.items for found in one.findings][-1] == "row-shape"
