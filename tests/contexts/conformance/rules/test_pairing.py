"""Pairs among many entries: what was planted is found, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from shudao.contexts.conformance.contracts.duplicates import Entry
from shudao.contexts.conformance.rules import pairing

PROVINCE, COUNTY, TOWNSHIP, NEIGHBOUR = "510000000000", "511602000000", "511602101000", "511603000000"
# Things that share no character with one another's first word, so that no two of them are near.
_THINGS = (
    *(
        "屋顶蜂箱",
        "河心灯船",
        "竹编作坊",
        "盐井遗址",
        "夜市摊棚",
        "滑雪索道",
        "养蚕温室",
        "石刻拓印",
        "气球热飞",
        "茶马驿站",
    ),
    *(
        "浮桥栈道",
        "酿酒窖池",
        "皮影戏班",
        "藏书阁楼",
        "采药山径",
        "冰窟渔猎",
        "漆器彩绘",
        "马帮驮队",
        "萤火观赏",
        "梯田水车",
    ),
)
_ACTS = ("许可", "许可变更", "许可注销", "许可延续", "许可证补办", "验收", "查询")
_VARIANTS: dict[str, Callable[[str], str]] = {
    "level before": lambda name: f"县级{name}",
    "level behind": lambda name: f"{name}（县级权限）",
    "synonym": lambda name: name.replace("许可", "审批", 1) if "许可" in name else f"{name}办理",
    "order": lambda name: name[2:4] + name[:2] + name[4:],
    "split": lambda name: f"{name}（即办件）",
    "merged": lambda name: name[:4] + "经营" + name[4:],
}


def _entry(code: str, name: str, division: str = COUNTY, group: str = "") -> Entry:
    return Entry(code=code, name=name, division=division, group=group)


def _pairs(*entries: Entry) -> list[tuple[str, str, int]]:
    return [(pair.left, pair.right, pair.places) for pair in pairing.find(entries).pairs]


@pytest.mark.parametrize("seed", range(3))
def test_every_planted_duplicate_is_found_and_none_invented(seed: int) -> None:
    chance = random.Random(seed)
    names = [thing + act for thing in _THINGS for act in _ACTS]
    planted = {name: chance.choice(list(_VARIANTS)) for name in chance.sample(names, 60)}
    entries = [_entry(name, name) for name in names]
    entries += [_entry(f"{name}*", _VARIANTS[how](name)) for name, how in planted.items()]
    chance.shuffle(entries)

    found = {frozenset((pair.left, pair.right)) for pair in pairing.find(entries).pairs}

    assert found == {frozenset((name, f"{name}*")) for name in planted}


def test_the_same_name_in_two_counties_is_no_duplicate_but_at_two_levels_it_is() -> None:
    assert _pairs(_entry("a", "屋顶养蜂许可"), _entry("b", "屋顶养蜂许可", NEIGHBOUR)) == []
    assert _pairs(_entry("a", "屋顶养蜂许可"), _entry("b", "屋顶养蜂许可", TOWNSHIP)) == [("b", "a", 1)]
    assert _pairs(_entry("a", "屋顶养蜂许可"), _entry("b", "屋顶养蜂许可审批", PROVINCE)) == [("a", "b", 1)]


def test_entries_that_read_alike_are_one_pair_with_the_number_of_its_places() -> None:
    entries = [
        _entry(f"{at}{which}", name, f"5116{at:02d}000000")
        for at in range(2, 32)
        for which, name in enumerate(("屋顶养蜂许可", "屋顶养蜂许可核发"))
    ]

    found = pairing.find(entries)

    assert (found.entries, found.readings) == (60, 2)
    assert [(pair.left, pair.right, pair.places) for pair in found.pairs] == [("20", "21", 30)]


def test_the_same_name_twice_in_one_body_is_a_duplicate_unless_both_inherit_from_one_item() -> None:
    assert _pairs(_entry("a", "屋顶养蜂许可"), _entry("b", "屋顶养蜂许可")) == [("a", "b", 1)]
    assert _pairs(_entry("a", "屋顶养蜂许可", group="x"), _entry("b", "屋顶养蜂许可", TOWNSHIP, "x")) == []


def test_two_items_with_one_name_are_found_where_both_are_offered() -> None:
    assert _pairs(_entry("a", "屋顶养蜂许可", group="x"), _entry("b", "屋顶养蜂许可", group="y")) == [("a", "b", 1)]
