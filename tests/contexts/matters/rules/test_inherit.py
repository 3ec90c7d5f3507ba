from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.matters.contracts import MatterFields, Override, TimeLimit, sets
from shudao.contexts.matters.rules import content, inherit
from shudao.contexts.matters.rules.raw import NotAsAgreed
from shudao.kernel.texts import Text
from tests.contexts.matters.makers import ITEM, item

REASON = Text("路途远", "Far away")
STANDING = inherit.Standing(
    task_code="x" * 31,
    version=3,
    state="1",
    division="511602000000",
    division_name=Text("广安区", "Guang'an District"),
    use_level="4",
    department="d" * 18,
    department_name=Text("民政局", "Civil Affairs"),
    body_kind="mz",
    place_name=Text("大厅", "Hall"),
)
_LIMITS = st.builds(TimeLimit, st.integers(0, 400), st.sampled_from(["1", "2", "3", "4", "5"]))
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "promised": _LIMITS,
    "visits": st.integers(0, 9),
    "tier": st.integers(1, 4),
    "depth": st.lists(st.sampled_from("123456789"), unique=True).map(sets.of),
    "handle_type": st.lists(st.sampled_from("123"), unique=True).map(sets.of),
    "is_pay_online": st.booleans(),
    "conditions": st.builds(Text, st.text(max_size=20), st.text(max_size=20)),
}
_CHANGES = st.lists(
    st.sampled_from(sorted(_VALUES)).flatmap(lambda name: st.tuples(st.just(name), _VALUES[name])), max_size=6
)


@given(_CHANGES)
def test_a_place_differs_exactly_where_it_says_so(changes: list[tuple[str, Any]]) -> None:
    overrides = tuple(Override(name, msgspec.to_builtins(value), REASON) for name, value in changes)
    standard = item(version=7)
    matter = inherit.resolve(standard, STANDING, overrides)
    last = dict(changes)
    for one in fields(MatterFields):
        assert getattr(matter, one.name) == last.get(one.name, getattr(standard, one.name)), one.name
    assert (matter.item_version, matter.version, matter.overrides) == (7, 3, overrides)


@given(_CHANGES)
def test_what_a_place_changes_survives_storage(changes: list[tuple[str, Any]]) -> None:
    overrides = tuple(Override(name, msgspec.to_builtins(value), REASON) for name, value in changes)
    stored = msgspec.json.decode(msgspec.json.encode(overrides), type=tuple[Override, ...])
    assert inherit.apply(item(), stored) == inherit.apply(item(), overrides)


def test_materials_are_removed_replaced_and_added_by_code() -> None:
    paper = ITEM["materials"][0]
    entry = {
        "item": "x",
        "within": ["51"],
        "reason": "试点",
        "reason_en": "Pilot",
        "set": {"materials_add": [{**paper, "name": "身份证原件"}, {**paper, "code": "photo", "name": "照片"}]},
    }
    added = inherit.apply(item(), content.overrides(entry))["materials"]
    assert [(one.code, one.name.zh) for one in added] == [("id-card", "身份证原件"), ("photo", "照片")]
    entry["set"] = {"materials_remove": ["id-card"]}
    assert inherit.apply(item(), content.overrides(entry))["materials"] == ()


def test_a_village_committee_acts_as_entrusted_from_above() -> None:
    standing = inherit.Standing(
        **{one.name: getattr(STANDING, one.name) for one in fields(inherit.Standing)} | {"body_kind": "cun"}
    )
    assert inherit.resolve(item(), standing).power_source == "5"
    assert inherit.resolve(item(), STANDING).power_source == "1"


def test_a_place_may_name_its_own_counter() -> None:
    changed = (Override("place_name", {"zh": "二楼窗口", "en": "Second floor"}, REASON),)
    assert inherit.resolve(item(), STANDING, changed).place_name == Text("二楼窗口", "Second floor")


@pytest.mark.parametrize("field", ["legal", "task_type", "by_law", "catalog_code", "is_fee", "nonsense"])
def test_law_and_identity_are_no_places_to_change(field: str) -> None:
    entry = {"reason": "理由", "reason_en": "Reason", "set": {field: "1"}}
    with pytest.raises(NotAsAgreed):
        content.overrides(entry)


def test_a_difference_needs_a_reason() -> None:
    with pytest.raises(NotAsAgreed) as refused:
        content.overrides({"set": {"visits": 1}})
    assert refused.value.field == "reason"
