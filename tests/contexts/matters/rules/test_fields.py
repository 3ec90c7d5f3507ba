"""Every one of the 120 national fields reads back what it writes, and refuses what it cannot hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.matters.contracts import sets
from shudao.contexts.matters.rules import fields, values
from shudao.contexts.matters.rules.fields import Field, FieldWrong, Kind

EVERY = [pytest.param(one, id=f"{one.group}.{one.name}") for one in fields.table()]
PLAIN = st.characters(min_codepoint=33, max_codepoint=0x9FFF, exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"])
Draw = st.SearchStrategy[Any]


def holdable(one: Field) -> Draw:
    """What the field can hold."""
    codes = st.sampled_from(sorted(values.codes(one.code_list))) if one.code_list else st.text("AB12", min_size=1)
    if one.kind is Kind.SET:
        return st.lists(codes, max_size=5).map(sets.of)
    if one.code_list:
        return codes
    by_kind: dict[Kind, Draw] = {
        Kind.YES_NO: st.booleans(),
        Kind.WHOLE: st.integers(-999_999_999, 999_999_999),
        Kind.DAY: st.none() | st.dates(min_value=date(1000, 1, 1)),
        Kind.CODE: st.text("0123456789AX", min_size=one.length, max_size=one.length),
    }
    return by_kind.get(one.kind, st.text(PLAIN, max_size=min(one.length or 200, 200)))


@pytest.mark.parametrize("one", EVERY)
@given(data=st.data())
def test_what_is_written_is_read_again(one: Field, data: st.DataObject) -> None:
    value = data.draw(holdable(one))
    assert fields.read(one, fields.write(one, value)) == value
    assert fields.checked(one, list(value) if isinstance(value, tuple) else fields.write(one, value)) == value


def test_there_are_120_in_their_groups() -> None:
    counts = {group: len(fields.of(group)) for group in fields.GROUPS}
    assert counts == {"catalog": 9, "implementation": 42, "extension": 44, "material": 18, "fee": 5, "question": 2}


@pytest.mark.parametrize("one", EVERY)
def test_an_empty_cell_is_the_empty_value(one: Field) -> None:
    assert fields.read(one, " ") == one.empty
    assert fields.write(one, one.empty) in ("", "0")


@given(st.lists(st.sampled_from("123459"), min_size=1), st.randoms())
def test_a_set_has_no_order_and_nothing_twice(codes: list[str], chance: Any) -> None:
    other = list(codes) + codes[:1]
    chance.shuffle(other)
    one = fields.field("extension", "online_handle_depth")
    assert fields.read(one, "^".join(other)) == fields.read(one, "^".join(codes))
    assert set(fields.read(one, "^".join(codes))) == set(codes)  # type: ignore[arg-type]


def test_the_real_provinces_value_is_a_set() -> None:
    assert fields.read(fields.field("extension", "online_handle_depth"), "3^4^9^2^1") == ("1", "2", "3", "4", "9")


@pytest.mark.parametrize(
    ("group", "name", "text", "rule"),
    [
        ("implementation", "task_type", "77", "list"),
        ("implementation", "server_type", "1^8", "list"),
        ("implementation", "task_code", "123", "length"),
        ("implementation", "task_name", "名" * 1001, "length"),
        ("implementation", "by_law", "法" * 20_001, "length"),
        ("implementation", "promise_day", "五", "value"),
        ("implementation", "promise_day", "1.5", "value"),
        ("implementation", "promise_day", "9" * 5000, "value"),
        ("implementation", "is_fee", "也许", "value"),
        ("implementation", "plan_effective_date", "2026-02-30", "value"),
        ("implementation", "task_name", "名\x00称", "characters"),
        ("implementation", "task_name", "名\x1b[31m称", "characters"),
    ],
)
def test_what_a_field_cannot_hold_is_refused_by_rule(group: str, name: str, text: str, rule: str) -> None:
    with pytest.raises(FieldWrong) as refused:
        fields.read(fields.field(group, name), text)
    assert refused.value.rule == rule
    assert refused.value.says.endswith("。")


@pytest.mark.parametrize("value", [{"a": 1}, 1.5, object()])
def test_json_that_is_no_value_is_refused(value: object) -> None:
    with pytest.raises(FieldWrong):
        fields.checked(fields.field("implementation", "task_name"), value)


def test_what_must_be_filled_and_is_not_is_named() -> None:
    assert [one.name for one in fields.missing("fee", {"fee_name": "工本费", "fee_stand": ""})] == [
        "fee_stand",
        "by_law",
    ]
