"""Loading: whole or not at all, again with the same outcome, and for any province in the same format."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from shudao.foundation.audit import api as audit
from shudao.foundation.outbox.api import unit_of_work
from shudao.foundation.regions import api as regions
from shudao.foundation.regions.contracts import DivisionNotFound, ExtractBroken
from tests.foundation.regions.conftest import UPPER, VILLAGES, write_manifest

pytestmark = pytest.mark.django_db


def test_sichuan_and_another_province_live_side_by_side(folder: Path) -> None:
    counts = regions.load()
    assert counts.units == {1: 1, 2: 21, 3: 183, 4: 3101, 5: 34412}
    assert (counts.uncounted, counts.zones) == (10, 5)
    assert regions.population("510000000000") == 83_674_866
    assert len(regions.boundaries(3)["features"]) == 183
    points = regions.service_points("510000000000", below=True)
    assert [sum(point.kind == kind for point in points) for kind in ("hall", "township", "village")] == [
        205,
        3101,
        34412,
    ]
    assert len({point.code for point in points}) == len(points)

    both = regions.load(folder)
    assert both.units == {1: 2, 2: 23, 3: 186, 4: 3104, 5: 34416}
    assert [root.name.zh for root in regions.roots()] == ["山城市", "四川省"]
    assert regions.children("510100000000")[0].name.zh == "锦江区"
    assert {feature["properties"]["code"] for feature in regions.boundaries(2)["features"]} > {"500100000000"}


def test_loading_again_changes_nothing(folder: Path) -> None:
    assert regions.load(folder) == regions.load(folder)
    assert len(audit.entries(target="500000000000")) == 2


def test_a_new_edition_renames_adds_and_removes(folder: Path) -> None:
    regions.load(folder)
    assert regions.get("500101100000").name.zh == "桥头镇"
    upper = UPPER.replace("500101100000,桥头镇,Qiaotou Town", "500101100000,新桥镇,Xinqiao Town")
    upper = "\n".join(line for line in upper.splitlines() if not line.startswith("500201200000")) + "\n"
    (folder / "divisions.csv").write_text(upper, encoding="utf-8")
    (folder / "villages.csv").write_text(
        "\n".join(line for line in VILLAGES.splitlines() if not line.startswith("5002")) + "\n", encoding="utf-8"
    )
    write_manifest(folder, counts={"1": 1, "2": 2, "3": 3, "4": 2, "5": 3})
    regions.load(folder)
    assert regions.get("500101100000").name.zh == "新桥镇"
    assert regions.find(["500201200000", "500201200200"]) == {}
    assert regions.children("500201000000") == []


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("manifest.json", "shudao-divisions/1", "shudao-divisions/9"),
        ("manifest.json", '"4": 3', '"4": 4'),
        ("manifest.json", "1500", "1501"),
        ("manifest.json", "{", "["),
        ("divisions.csv", "500201000000,上坝县", "500301000000,上坝县"),
        ("divisions.csv", "500102000000,下坝区", "500101000000,下坝区"),
        ("divisions.csv", "Lower Flats District,3", "Lower Flats District,4"),
        ("divisions.csv", "Lower Flats District,3,500100000000", "Lower Flats District,3,500200000000"),
        ("divisions.csv", "500000000000,山城市", "500000000001,山城市"),
        ("divisions.csv", "code,", "kode,"),
        ("villages.csv", "500201200200", "500201299200"),
        ("villages.csv", "500201200200", "500201200000"),
        ("villages.csv", "500201200200", "50020120020"),
        ("prefectures.csv", ",north,", ",nowhere,"),
        ("prefectures.csv", "1200", "many"),
        ("prefectures.geojson", "500100000000", "500900000000"),
        ("prefectures.geojson", '"features"', '"f"'),
    ],
)
def test_a_folder_that_is_not_what_it_says_is_refused_and_leaves_nothing(
    folder: Path, file: str, old: str, new: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExtractBroken):
        regions.load(folder)
    assert regions.counts() == {1: 0, 2: 0, 3: 0, 4: 0, 5: 0}


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "villages.csv").unlink()
    with pytest.raises(ExtractBroken, match=r"villages\.csv"):
        regions.load(folder)
    with pytest.raises(CommandError, match=r"villages\.csv"):
        call_command("regions", "load", str(folder))


def test_the_command_shows_progress_and_ends_with_the_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("regions", "load", str(folder))
    shown = capsys.readouterr().out
    assert "14 / 14" in shown
    assert shown.splitlines()[-1] == "divisions 1 / 2 / 3 / 3 / 4, not counted 1, zones 1"


@pytest.mark.django_db(transaction=True)
def test_a_load_that_is_undone_leaves_nothing_in_memory(folder: Path) -> None:
    with pytest.raises(RuntimeError):
        _load_and_fail(folder)
    with pytest.raises(DivisionNotFound):
        regions.get("500101000000")
    assert regions.roots() == []


def _load_and_fail(folder: Path) -> None:
    with unit_of_work():
        regions.load(folder)
        assert regions.get("500101000000").name.zh == "上坝区"
        raise RuntimeError("undo")


@pytest.mark.django_db(transaction=True)
def test_a_load_that_commits_counts_for_everybody(folder: Path) -> None:
    regions.forget()
    assert regions.roots() == []
    regions.load(folder)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(_names_of_roots).result() == ["山城市"]
    regions.forget()


def _names_of_roots() -> list[str]:
    try:
        return [root.name.zh for root in regions.roots()]
    finally:
        connections.close_all()
