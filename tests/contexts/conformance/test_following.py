"""Conformance follows what departments do: nobody has to ask for a check."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from shudao.contexts.conformance import api
from shudao.contexts.conformance.contracts.findings import Filter
from shudao.contexts.conformance.models import CheckRun
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import AdoptionState, Differing, TimeLimit
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.texts import Text
from tests.contexts.conformance.test_check import LATER
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.life import HERE, Office
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN, WUHOU
from tests.contexts.matters.test_registry import Keeper, keeper, repeal

__all__ = ["keeper"]

pytestmark = pytest.mark.django_db


def open_ones() -> list[tuple[str, str, str]]:
    """Rule, subject's kind and part of what is open."""
    found = api.findings(Filter(state="open"), size=100).items
    return [(one.rule.code, "place" if one.task_code else "item", one.part) for one in found]


def test_a_body_that_takes_the_standard_again_is_in_order(load: Load, noon: datetime) -> None:
    load(items=[raw(levels=[4])], overrides=[LATER])
    outbox.drain()
    assert open_ones() == [("limit-promise", "place", "")]
    acting = Office(noon).manager("wuhou", "mz", WUHOU)
    matters.set_own_fields(
        catalog_code=HERE,
        body=identity.department_code("mz", WUHOU),
        wanted=Differing({}, Text("")),
        drop=["promised"],
        acting=acting,
        now=noon,
        key="1",
    )
    outbox.drain()
    assert open_ones() == []


def test_who_loads_and_checks_is_not_checked_again(load: Load, noon: datetime) -> None:
    load(items=[raw(levels=[4])], overrides=[LATER])
    api.check(now=noon)
    outbox.drain()
    assert CheckRun.objects.count() == 1
    load(items=[raw(levels=[4])])
    outbox.drain()
    assert (CheckRun.objects.count(), open_ones()) == (2, [])


def test_from_a_repealed_article_to_a_clean_catalogue(load: Load, keeper: Keeper, noon: datetime) -> None:
    load(items=[raw(levels=[4])])
    repeal(keeper, noon)
    outbox.drain()
    assert open_ones() == [("basis-unknown", "item", "tst:1")], "once, at the item, not in every county"
    office, item = Office(noon), matters.basic_item(HERE)
    papers = tuple(replace(one, by_law=("tst:2",)) for one in item.materials)
    office.published(by_law=("tst:2",), legal=TimeLimit(20, "1", basis=("tst:2",)), materials=papers)
    assert open_ones() == []
    for name, division in (("wuhou", WUHOU), ("guangan", GUANGAN)):
        body = identity.department_code("mz", division)
        (owed,) = matters.adoptions(bodies=[body], state=AdoptionState.OPEN).items
        acting = office.manager(name, "mz", division)
        matters.accept_version(number=owed.number, acting=acting, now=noon, key=name)
    outbox.drain()
    assert open_ones() == []
    assert {row.version for row in matters.listed()} == {2}
