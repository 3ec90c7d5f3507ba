"""Every national field has its names, and codes of the value lists are read as words."""

from __future__ import annotations

import pytest

from shudao.contexts.matters.rules import described, national
from shudao.contexts.matters.rules.national import NationalFields
from shudao.kernel.texts import Text

GROUPS = {"catalog": 9, "implementation": 42, "extension": 44, "material": 18, "fee": 5, "question": 2}


def filled(**changes: object) -> NationalFields:
    """National fields in which nothing is filled in but `changes`, of the implementation."""
    empty = {group: {name: "" for name in national.names(group)} for group in GROUPS}
    empty["implementation"].update(changes)  # type: ignore[arg-type]
    lists = {group: [empty[group]] for group in ("material", "fee", "question")}
    return {**empty, **lists}  # type: ignore[typeddict-item,return-value]


def line(fields: NationalFields, name: str) -> described.FieldLine:
    group = next(one for one in described.described(fields) if one.code == "implementation")
    return next(one for one in group.rows[0] if one.field == name)


@pytest.mark.parametrize(("group", "count"), GROUPS.items())
def test_every_field_is_named_in_both_languages(group: str, count: int) -> None:
    titles = [described.title(group, name) for name in national.names(group)]
    assert len(titles) == count
    assert all(one.zh and one.en for one in titles)


def test_a_code_is_read_as_its_words() -> None:
    assert line(filled(task_type="07"), "task_type").value == (Text("行政确认", "Confirmation"),)


def test_several_codes_are_several_words() -> None:
    said = line(filled(handle_type=("1", "2")), "handle_type").value
    assert len(said) == 2
    assert all(one.zh and not one.zh.isdigit() for one in said)


@pytest.mark.parametrize(("value", "said"), [(True, "是"), (False, "否")])
def test_yes_and_no_are_said(value: bool, said: str) -> None:
    assert [one.zh for one in line(filled(is_fee=value), "is_fee").value] == [said]


def test_nought_is_a_value_and_empty_is_none() -> None:
    fields = filled(limit_scene_num=0)
    assert [one.zh for one in line(fields, "limit_scene_num").value] == ["0"]
    assert line(fields, "local_task_code").value == ()
