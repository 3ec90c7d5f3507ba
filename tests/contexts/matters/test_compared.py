"""What those read who hold implementations against their standard."""

from __future__ import annotations

import json

import pytest

from shudao.contexts.matters import api
from shudao.foundation.identity import api as identity
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN, WUHOU

pytestmark = pytest.mark.django_db

OVERRIDE = {"item": "test-registration", "within": ["5107", "5101"], "set": {"visits": 1}, "reason": "远"}
OVERRIDE |= {"reason_en": "Far", "set": {"visits": 1, "visits_reason": "核对", "visits_reason_en": "Seen", "tier": 3}}


@pytest.fixture
def loaded(load: Load) -> None:
    load(items=[raw(levels=[4, 6])], overrides=[OVERRIDE])


def test_rows_come_as_they_are_kept(loaded: None) -> None:
    rows = {one.division: one for one in api.listed() if one.use_level == "4"}
    assert set(rows) == {WUHOU, GUANGAN}
    assert rows[GUANGAN].overrides == "[]"
    assert {one["field"] for one in json.loads(rows[WUHOU].overrides)} >= {"visits", "tier"}
    assert api.item_versions([rows[WUHOU].item])[rows[WUHOU].item].code == "test-registration"


def test_they_are_narrowed(loaded: None) -> None:
    every = list(api.listed())
    assert list(api.listed(catalog_codes=["000000000000"])) == []
    assert list(api.listed(task_codes=[every[0].task_code])) == [every[0]]
    assert len(list(api.listed(catalog_codes=[every[0].catalog_code]))) == len(every)


def test_bodies_are_counted_and_cancelled_items_known(loaded: None, load: Load) -> None:
    bodies = api.acting_bodies()
    assert sum(one.implementations for one in bodies) == len(list(api.listed()))
    mine = identity.department_code("mz", WUHOU)
    assert api.acting_among([mine, identity.department_code("ga", WUHOU)]) == {mine}
    newest = api.newest_version()
    load(items=[raw(code="other", catalog_code="510702901000")])
    assert api.newest_version() > newest
    assert api.item_states() == {"510702900000": "3", "510702901000": "1"}
    assert {one.catalog_code for one in api.listed()} == {"510702901000"}


def test_townships_and_villages_act_for_all() -> None:
    assert [api.acting_kind("mz", level) for level in "23456"] == ["mz", "mz", "mz", "zf", "cun"]
