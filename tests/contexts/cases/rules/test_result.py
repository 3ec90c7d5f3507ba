"""What stands on the licence that a decision issues."""

from __future__ import annotations

from shudao.contexts.cases.rules.result import FIELD_LIMIT, Given, fill

GIVEN = Given(
    form={"name": "李小宝", "long": "字" * 500},
    person={"name": "李秀兰"},
    company={"name": ""},
    case={"decided_on": "2026-11-24"},
    facts={"population.hukou_address": "成都"},
)


def test_every_source_fills_its_field() -> None:
    mapping = {
        "name": "form.name",
        "applicant": "person.name",
        "decided": "case.decided_on",
        "address": "population.hukou_address",
        "kind": "=个体工商户",
    }
    assert fill(mapping, GIVEN) == {
        "name": "李小宝",
        "applicant": "李秀兰",
        "decided": "2026-11-24",
        "address": "成都",
        "kind": "个体工商户",
    }


def test_the_first_source_that_has_a_value_counts() -> None:
    assert fill({"a": "form.nothing | company.name | person.name"}, GIVEN) == {"a": "李秀兰"}


def test_a_field_without_a_value_is_left_out_and_a_long_one_cut() -> None:
    assert fill({"a": "form.nothing", "b": "form.long"}, GIVEN) == {"b": "字" * FIELD_LIMIT}
