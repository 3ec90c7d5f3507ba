"""`shudao conformance duplicates`: what the province, or a list in a file, holds twice."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from shudao.contexts.conformance import api
from shudao.contexts.conformance.contracts.duplicates import ListUnreadable, Reason
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import raw


def _told(*words: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("conformance", "duplicates", "--json", *words, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue().splitlines()[-1])
    return told


def test_two_basic_items_of_one_matter_are_one_pair_however_many_bodies_carry_them_out(load: Load) -> None:
    same = {"levels": [4], "hot": False}
    load(items=[
        raw(code="bees", catalog_code="510702001000", name="屋顶养蜂许可", name_en="Roof bees", **same),
        raw(code="bees-again", catalog_code="510702002000", name="屋顶养蜂审批（县级）", name_en="Bees", **same),
        raw(code="bees-end", catalog_code="510702003000", name="屋顶养蜂许可注销", name_en="No more roof bees", **same),
    ])  # fmt: skip

    found = api.duplicates()

    assert found.readings == 3
    (pair,) = found.pairs
    assert {code[-12:] for code in (pair.left, pair.right)} == {"510702001000", "510702002000"}
    assert pair.places == found.entries / 3
    told = _told()
    assert (told["entries"], told["pairs"]) == (found.entries, 1)
    assert {"seconds", "peak_mb"} <= told.keys()


def _list(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "list.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_list_in_a_file_is_read_without_a_database(tmp_path: Path) -> None:
    rows = "甲,=屋顶养蜂许可,1,511602000000\n乙,屋顶养蜂许可,2,511602000000\n"
    path = _list(tmp_path, f"department,name,item_code,area_code\n{rows}")

    (pair,) = api.duplicates(path=path).pairs

    assert (pair.left, pair.right, pair.judged.reason) == ("1", "2", Reason.SAME_NAME)
    assert _told("--list", str(path))["by_reason"] == {"same-name": 1}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name,item_code\n屋顶,1\n", "utf-8"),
        ("", "utf-8"),
        ("item_code,name,department,area_code\n1,屋顶,甲,5\n", "gb18030"),
    ],
)
def test_what_is_no_such_list_is_refused(tmp_path: Path, text: str, encoding: str) -> None:
    with pytest.raises(ListUnreadable):
        api.duplicates(path=_list(tmp_path, text, encoding))
