"""The cockpit: figures with what they are made of, a map with its table, from the province down to a county."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from shudao.contexts.assessment import api as assessment
from shudao.contexts.assessment.contracts import Indicator, Score, Unit
from shudao.faces.cockpit.views import places
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.kernel.texts import Text
from tests.contexts.matters.places import WUHOU
from tests.faces.portal.conftest import SignedIn
from tests.support.cases import World, staff

CHENGDU, PROVINCE = "510100000000", "510000000000"
SHARE = Indicator("x", Text("比例", "Share"), Text("说明", "About"), "share", "higher")


@pytest.fixture
def leader(signed_in: SignedIn, world: World) -> Client:
    world.decided()
    assessment.compute(acting=SYSTEM, now=world.now)
    return signed_in(staff("leader", Role.LEADER, now=world.now))


def map_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="map-data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_it_is_for_those_who_steer(signed_in: SignedIn, visitor: Client, world: World, leader: Client) -> None:
    for address in ("/cockpit/", "/cockpit/departments/", "/cockpit/method/", f"/cockpit/boundaries/{PROVINCE}.json"):
        assert leader.get(address).status_code == 200, address
        assert signed_in(world.clerk).get(address).status_code == 403
        assert signed_in(world.li).get(address).status_code == 403
        assert visitor.get(address).status_code == 302


def test_every_figure_stands_with_its_counts(leader: Client) -> None:
    page = leader.get("/cockpit/").text
    figures = page.split("sd-figures--many")[1].split("</dl>")[0]
    for one in assessment.indicators().values():
        assert one.name.zh in figures
    assert re.search(r"\d+ / \d+", figures)


def test_the_map_and_the_table_say_the_same(leader: Client) -> None:
    page = leader.get(f"/cockpit/?division={CHENGDU}&indicator=exercised_online_rate").text
    data = map_of(page)
    names = [one.name.zh for one in regions.children(CHENGDU)]
    assert data["labels"] == names
    rows = re.findall(r'<th scope="row"[^>]*><a[^>]*>([^<]+)</a></th>(.*?)</tr>', page, re.DOTALL)
    at = list(assessment.indicators()).index("exercised_online_rate")
    for name, cells in rows:
        shown = re.findall(r"<td[^>]*>([^<]*)</td>", cells)[at]
        number = data["series"][0]["values"][names.index(name)]
        assert shown == ("—" if number is None else f"{number:.2f}%")


def test_one_goes_down_and_up_again(leader: Client) -> None:
    page = leader.get("/cockpit/").text
    assert f"?division={CHENGDU}" in page
    assert f"?division={WUHOU}" in leader.get(f"/cockpit/?division={CHENGDU}").text
    county = leader.get(f"/cockpit/?division={WUHOU}").text
    assert "map-data" not in county
    assert "指标公布到区县" in county
    assert f"?division={CHENGDU}" in county


@pytest.mark.parametrize(
    ("code", "status"), [("510107001000", 404), ("511700000000", 404), ("000000000000", 422), ("x", 422)]
)
def test_a_place_without_figures_is_refused(leader: Client, code: str, status: int) -> None:
    assert leader.get(f"/cockpit/?division={code}").status_code == status


def test_an_unknown_figure_or_order_falls_back(leader: Client) -> None:
    assert leader.get("/cockpit/?indicator=nonsense&sort=nonsense").status_code == 200
    assert leader.get("/cockpit/?sort=-declared_online_rate").status_code == 200


def test_outlines_are_those_of_the_places_below(leader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = {2: ["510100", "511600"], 3: ["510107", "511602"]}

    def boundaries(level: int) -> dict[str, Any]:
        return {"features": [{"type": "Feature", "properties": {"code": code}} for code in shapes[level]]}

    monkeypatch.setattr(regions, "boundaries", boundaries)
    for division, codes in ((PROVINCE, ["510100", "511600"]), (CHENGDU, ["510107"])):
        found = leader.get(f"/cockpit/boundaries/{division}.json").json()["features"]
        assert [one["properties"]["code"] for one in found] == codes
    assert leader.get(f"/cockpit/boundaries/{WUHOU}.json").status_code == 404


@pytest.mark.parametrize("page", ["/cockpit/", "/cockpit/departments/"])
def test_tables_are_exported(leader: Client, page: str) -> None:
    answer = leader.get(f"{page}?format=csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert len(text.splitlines()) >= 2


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_in_both_languages(leader: Client, language: str) -> None:
    leader.cookies["django_language"] = language
    for address in ("/cockpit/", f"/cockpit/?division={WUHOU}", "/cockpit/departments/", "/cockpit/method/"):
        assert leader.get(address).status_code == 200, address


class TestTheScale:
    def scores(self, *values: str | None) -> tuple[list[Any], dict[str, Any]]:
        below = sorted(regions.children(PROVINCE), key=lambda one: one.code)[: len(values)]
        kept = {one.code: score(value) for one, value in zip(below, values, strict=True) if value is not None}
        return below, kept

    def test_small_differences_fill_the_whole_scale(self, world: World) -> None:
        below, kept = self.scores("0.9980", "0.9990")
        chart = places.chart(SHARE, below, kept)
        assert (chart["low"], chart["high"]) == (99.8, 99.9)
        scale = places.scale(SHARE, below, kept)
        assert scale == places.Scale("99.80%", "99.90%", 2, 0)

    def test_equal_values_are_said_to_be_equal(self, world: World) -> None:
        below, kept = self.scores("0.9985", "0.9985")
        chart = places.chart(SHARE, below, kept)
        assert chart["low"] < chart["high"], "a scale has two ends"
        scale = places.scale(SHARE, below, kept)
        assert scale is not None
        assert scale.lowest == scale.highest == "99.85%"

    def test_no_data_is_no_nought(self, world: World) -> None:
        below, kept = self.scores("0.5", None)
        assert places.chart(SHARE, below, kept)["series"][0]["values"] == [50.0, None]
        scale = places.scale(SHARE, below, kept)
        assert scale is not None
        assert (scale.known, scale.missing) == (1, 1)
        assert places.scale(SHARE, *self.scores(None, None)) is None


def score(value: str) -> Score:
    """A score of nobody's; its counts play no part here."""
    return Score("x", Unit(PROVINCE), 1, 1, value)
