"""A check opens what is new, closes what is no more, and does nothing twice."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from shudao.contexts.conformance import api, models
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.models import Implementation
from shudao.foundation.audit import api as audit
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import GUANGAN, WUHOU

pytestmark = pytest.mark.django_db

SLOW = {"promised": {"days": 9, "unit": "1"}}
LATER = {"item": "test-registration", "within": ["5107", "5101"], "set": SLOW, "reason": "路远", "reason_en": "Far"}
ITEM = "510702900000"


@pytest.fixture
def two_items(load: Load) -> Load:
    """Two matters: one that counties and villages carry out, slower in one county, and one of counties alone."""
    load(items=[raw(levels=[4, 6]), raw(code="other", catalog_code="510702901000")], overrides=[LATER])
    return load


def row_at(division: str, catalog_code: str = ITEM) -> Implementation:
    return Implementation.objects.get(division=division, catalog_code=catalog_code)


def open_rules() -> list[tuple[str, str]]:
    """Rule and division of what is open."""
    return sorted(models.Finding.objects.filter(state="open").values_list("rule", "division"))


def test_a_slower_county_is_found_with_both_values(two_items: Load, noon: datetime) -> None:
    checked = api.check(now=noon)
    villages = matters.choices(ITEM, WUHOU).total - 1
    assert checked.by_rule == {"limit-promise": 1 + villages}
    found = models.Finding.objects.get(division=WUHOU)
    assert (json.loads(found.expected)["amount"], json.loads(found.found)["amount"]) == (5, 9)
    assert found.evidence["reason"] == "路远"
    assert found.severity == "minor"


def test_one_duty_gathers_what_a_department_owes_in_a_matter(two_items: Load, noon: datetime) -> None:
    api.check(now=noon)
    found = models.Finding.objects.all()
    assert len(found) > 1
    (number,) = {one.duty for one in found}
    duty = duties.get(number)
    assert duty.owner == identity.department_code("mz", WUHOU), "villages act for the county's department"
    assert duty.due_on == found[0].due_on > date(2026, 12, 31)


def test_the_same_province_again_changes_nothing(two_items: Load, noon: datetime) -> None:
    first = api.check(now=noon)
    numbers = set(models.Finding.objects.values_list("number", flat=True))
    again = api.check(now=noon + timedelta(days=1))
    assert (again.opened, again.closed, again.findings) == (0, 0, first.findings)
    assert set(models.Finding.objects.values_list("number", flat=True)) == numbers
    assert duties.listing(kind="conformance.finding").total == 1


def test_what_is_put_right_is_closed_with_its_duty(two_items: Load, noon: datetime) -> None:
    api.check(now=noon)
    two_items(items=[raw(levels=[4, 6]), raw(code="other", catalog_code="510702901000")])
    checked = api.check(now=noon + timedelta(days=1))
    assert checked.opened == 0
    assert checked.closed == models.Finding.objects.count() > 0
    assert open_rules() == []
    number = models.Finding.objects.all()[0].duty
    assert duties.get(number).state is DutyState.CLOSED
    trail = [one.action for one in audit.entries(target=models.Finding.objects.all()[0].number)]
    assert trail == ["conformance.close", "conformance.open"]


def test_what_comes_back_is_a_new_finding(two_items: Load, noon: datetime) -> None:
    api.check(now=noon)
    before = models.Finding.objects.filter(division=WUHOU).get().number
    plain = [raw(levels=[4, 6]), raw(code="other", catalog_code="510702901000")]
    two_items(items=plain)
    api.check(now=noon)
    two_items(items=plain, overrides=[LATER])
    api.check(now=noon)
    now_open = models.Finding.objects.get(division=WUHOU, state="open")
    assert now_open.number != before


def test_other_values_renew_a_finding(two_items: Load, noon: datetime) -> None:
    api.check(now=noon)
    before = models.Finding.objects.get(division=WUHOU)
    worse = {**LATER, "set": {"promised": {"days": 12, "unit": "1"}}}
    two_items(items=[raw(levels=[4, 6]), raw(code="other", catalog_code="510702901000")], overrides=[worse])
    checked = api.check(now=noon)
    after = models.Finding.objects.get(division=WUHOU)
    assert (checked.opened, checked.closed) == (0, 0)
    assert after.number == before.number
    assert json.loads(after.found)["amount"] == 12


def test_a_body_that_lacks_a_matter_is_found_and_one_that_has_none_is_not_accused(
    two_items: Load, noon: datetime
) -> None:
    row_at(GUANGAN).delete()
    checked = api.check(now=noon)
    assert ("item-missing", GUANGAN) in open_rules()
    silent = checked.silent
    row_at(GUANGAN, "510702901000").delete()
    again = api.check(now=noon)
    assert ("item-missing", GUANGAN) not in open_rules()
    assert again.silent == silent + 1


def test_one_matter_is_looked_at_alone(two_items: Load, noon: datetime) -> None:
    api.check(now=noon)
    row = row_at(GUANGAN)
    Implementation.objects.filter(pk=row.pk).update(visits=3)
    Implementation.objects.filter(pk=row_at(WUHOU, "510702901000").pk).update(visits=3)
    checked = api.check_implementations([row.task_code], now=noon)
    assert (checked.implementations, checked.opened, checked.closed) == (1, 1, 0)
    assert ("columns", WUHOU) not in open_rules()
    Implementation.objects.filter(pk=row.pk).update(visits=row.visits)
    assert api.check_implementations([row.task_code], now=noon).closed == 1
    assert api.check_items(["510702901000"], now=noon).opened == 1


def test_one_that_is_gone_leaves_its_body_without_it(two_items: Load, noon: datetime) -> None:
    api.check(now=noon)
    row = row_at(GUANGAN)
    code = row.task_code
    row.state = "3"
    row.save()
    assert api.check_implementations([code], now=noon).opened == 1
    assert ("item-missing", GUANGAN) in open_rules()
    Implementation.objects.filter(task_code=code).update(state="1")
    assert api.check_implementations([code], now=noon).closed == 1


def test_the_command_prints_one_json_object_last(two_items: Load) -> None:
    out = StringIO()
    call_command("conformance", "check", "--json", stdout=out)
    told = json.loads(out.getvalue().splitlines()[-1])
    assert told["implementations"] == len(list(matters.listed()))
    assert told["findings"] == sum(told["by_rule"].values())
    assert {"seconds", "peak_mb"} <= set(told)
