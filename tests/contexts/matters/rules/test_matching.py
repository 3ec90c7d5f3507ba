"""For which basic item a listed name is taken: the same in other words, and never another act or object."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.matters.rules import matching
from shudao.kernel.texts import Text
from tests.contexts.matters.makers import item

NAMES = {
    "510716001000": "食品经营许可（新办）",
    "510716002000": "公司设立登记（内资）",
    "510716003000": "公司注销登记",
    "510716004000": "城乡居民基本养老保险参保登记",
    "510716005000": "取水许可",
    "510716006000": "道路货物运输经营许可（普通货运）",
}
MATCHER = matching.Matcher([item(catalog_code=code, name=Text(name), code=code) for code, name in NAMES.items()])


def taken_for(name: str, **known: str) -> str:
    found = MATCHER.best(name=name, task_type="07", **known)
    return NAMES[found.catalog_code] if found else ""


@pytest.mark.parametrize("name", NAMES.values())
def test_a_name_is_taken_for_itself_with_full_score(name: str) -> None:
    found = MATCHER.best(name=name, task_type="07")
    assert found is not None
    assert (NAMES[found.catalog_code], found.score, found.reasons[0]) == (name, 1.0, "name-same")


@pytest.mark.parametrize(
    ("listed", "known"),
    [
        ("食品(含保健食品)经营许可核发", "食品经营许可（新办）"),
        ("公司设立登记", "公司设立登记（内资）"),
        ("公司注销登记（县级权限）", "公司注销登记"),
        ("取水许可证新办审批", "取水许可"),
        ("道路货物运输经营许可", "道路货物运输经营许可（普通货运）"),
    ],
)
def test_the_same_matter_in_other_words_is_found(listed: str, known: str) -> None:
    assert taken_for(listed) == known


@pytest.mark.parametrize(
    "listed",
    [
        "食品经营许可注销",
        "公司变更登记",
        "分公司注销登记",
        "城乡居民基本医疗保险参保登记",
        "取水许可证延续审批",
        "道路货物运输经营许可变更",
        "燃气经营许可证新办",
        "从未听说的审查",
        "",
        "（）",
    ],
)
def test_another_act_or_object_is_not_taken_for_it(listed: str) -> None:
    assert taken_for(listed) == ""


def test_a_code_that_the_catalogue_has_decides_by_itself() -> None:
    found = MATCHER.best(name="随便什么", catalog_code="510716003000")
    assert found == matching.Match("510716003000", 1.0, ("code",))


def test_another_type_weighs_against_it() -> None:
    same, other = (MATCHER.best(name="取水许可审批", task_type=kind) for kind in ("07", "01"))
    assert same is not None
    assert other is not None
    assert same.score > other.score
    assert "type-differs" in other.reasons


@given(st.text(max_size=60))
def test_any_name_has_a_score_between_none_and_one(name: str) -> None:
    found = MATCHER.best(name=name)
    assert found is None or matching.ENOUGH <= found.score <= 1


@given(st.permutations(sorted(NAMES)))
def test_the_order_of_the_catalogue_decides_nothing(order: list[str]) -> None:
    items = [replace(item(), catalog_code=code, name=Text(NAMES[code])) for code in order]
    found = matching.Matcher(items).best(name="公司设立登记", task_type="07")
    assert found is not None
    assert found.catalog_code == "510716002000"
