"""How much is in order, by rule, by division rolled up, by kind of body; and what follows the catalogue by itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from shudao.contexts.conformance import api, models
from shudao.contexts.conformance.contracts.findings import Filter
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.events import ImplementationChanged, ItemPublished, ItemStateChanged
from shudao.contexts.matters.models import Implementation
from shudao.foundation.outbox import api as outbox
from tests.contexts.conformance.test_check import ITEM, LATER
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN, WUHOU

pytestmark = pytest.mark.django_db

PROVINCE, CHENGDU, GUANGAN_CITY = "510000000000", "510100000000", "511600000000"


@pytest.fixture
def checked(load: Load, noon: datetime) -> int:
    """Two matters, slower in one county, one of them missing in the other; how many implementations there are."""
    load(items=[raw(levels=[4, 6]), raw(code="other", catalog_code="510702901000")], overrides=[LATER])
    Implementation.objects.filter(division=GUANGAN, catalog_code=ITEM).delete()
    return api.check(now=noon).implementations


def test_the_tree_adds_up(checked: int) -> None:
    whole = api.rate(PROVINCE)
    assert whole.implementations == checked + 1
    below = api.rates_by_division(PROVINCE)
    assert set(below) == {CHENGDU, GUANGAN_CITY}
    for part in ("implementations", "deviating"):
        assert sum(getattr(one, part) for one in below.values()) == getattr(whole, part)
    assert below[GUANGAN_CITY].deviating == 1
    assert below[CHENGDU].deviating == len(list(matters.listed(catalog_codes=[ITEM]))) // 2 + 1
    own = api.rates_by_division(GUANGAN)
    assert own[GUANGAN].deviating == 1
    assert sum(one.implementations for one in own.values()) == api.rate(GUANGAN).implementations


def test_rates_by_rule_and_by_kind(checked: int) -> None:
    by_rule = {one.key: one for one in api.rates_by_rule(PROVINCE)}
    assert list(by_rule) == list(api.rules())
    assert by_rule["item-missing"].deviating == 1
    assert by_rule["n5"].share == 1
    kinds = api.rates_by_kind(PROVINCE)
    assert set(kinds) == {"mz", "cun"}
    assert sum(one.deviating for one in kinds.values()) == api.rate(PROVINCE).deviating


def test_nothing_to_be_in_order_has_no_rate(checked: int) -> None:
    assert api.rate("510700000000").share is None


@pytest.mark.parametrize(
    ("wanted", "division"),
    [
        (Filter(rule="item-missing"), GUANGAN),
        (Filter(below=GUANGAN_CITY), GUANGAN),
        (Filter(severity="serious"), GUANGAN),
        (Filter(text="测试", rule="item-missing"), GUANGAN),
        (Filter(rule="limit-promise", department_kind="mz", below="510107000000"), WUHOU),
    ],
)
def test_findings_are_narrowed(checked: int, wanted: Filter, division: str) -> None:
    page = api.findings(wanted, sort="division")
    assert page.items[0].division == division
    assert page.total == models.Finding.objects.filter(rule=page.items[0].rule.code).count()


def test_what_fits_nothing_is_an_empty_page(checked: int) -> None:
    assert api.findings(Filter(text="没有这个事项")).total == 0
    assert api.findings(Filter(state="closed")).total == 0


def test_what_changes_is_checked_by_itself(checked: int, noon: datetime) -> None:
    row = Implementation.objects.get(division=GUANGAN)
    for event in (
        ImplementationChanged(row.catalog_code, (row.task_code,)),
        ItemPublished(row.catalog_code, 2),
        ItemStateChanged(row.catalog_code, "1"),
    ):
        outbox.drain()
        Implementation.objects.filter(pk=row.pk).update(tier=1)
        tell(event, noon)
        assert api.findings(Filter(subject=row.task_code, state="open")).total == 1, event
        Implementation.objects.filter(pk=row.pk).update(tier=4)
        tell(event, noon)
        assert api.findings(Filter(subject=row.task_code, state="open")).total == 0, event


def tell(event: object, noon: datetime) -> None:
    with outbox.unit_of_work():
        outbox.emit(event, now=noon)  # type: ignore[arg-type]
    outbox.drain()
