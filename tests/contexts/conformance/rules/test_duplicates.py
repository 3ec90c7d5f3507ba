"""Two made-up entries each: one matter, neighbours, or strangers."""

from __future__ import annotations

import pytest

from shudao.contexts.conformance.contracts.duplicates import Entry, Likeness, Reason
from shudao.contexts.conformance.rules.duplicates import judge


def _entry(name: str, **more: object) -> Entry:
    return Entry(code=name, name=name, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("屋顶养蜂许可", "屋顶养蜂许可", Reason.SAME_NAME),
        ("屋顶养蜂许可", "屋顶养蜂许可（县级）", Reason.SAME_NAME),
        ("省级屋顶养蜂许可", "屋顶养蜂许可(县级权限)", Reason.SAME_NAME),
        ("屋顶养蜂许可证核发", "屋顶养蜂许可审批", Reason.SYNONYM),
        ("开办茶馆许可", "设立茶馆许可", Reason.SAME_NAME),
        ("养蜂人津贴发放", "养蜂人补贴申领", Reason.SYNONYM),
        ("变更屋顶养蜂许可", "屋顶养蜂许可变更", Reason.SYNONYM),
        ("蜂蜜与茶叶展销许可", "茶叶和蜂蜜展销许可", Reason.ORDER),
        ("屋顶养蜂许可变更（即办件）", "屋顶养蜂许可变更（承诺件）", Reason.SPLIT),
        ("养蜂人身份确认（未满十八岁）", "养蜂人身份确认（满十八岁）", Reason.SPLIT),
        ("屋顶公园养蜂经营者备案", "屋顶公园养蜂者备案", Reason.MERGED),
    ],
)
def test_one_matter_in_other_words(left: str, right: str, reason: Reason) -> None:
    judged = judge(_entry(left), _entry(right))

    assert (judged.likeness, judged.reason) == (Likeness.DUPLICATE, reason)
    assert judge(_entry(right), _entry(left)) == judged


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("屋顶养蜂许可", "屋顶养蜂许可注销"),
        ("屋顶养蜂许可证补办", "屋顶养蜂许可证延续"),
        ("蜂箱转入登记", "蜂箱转出登记"),
        ("屋顶养蜂许可（蜜蜂）", "屋顶养蜂许可（熊蜂）"),
        ("屋顶养蜂许可", "屋顶养蜂备案"),
    ],
)
def test_neighbours_are_linked_not_merged(left: str, right: str) -> None:
    assert judge(_entry(left), _entry(right)).likeness is Likeness.RELATED


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("屋顶养蜂许可", "屋顶养花许可"),
        ("采蜜权注销登记", "探蜜权注销登记"),
        ("蜂箱运输许可", "茶叶经营许可"),
        ("养蜂公司登记", "养蜂分公司登记"),
    ],
)
def test_what_only_looks_alike_is_never_a_duplicate(left: str, right: str) -> None:
    assert judge(_entry(left), _entry(right)).likeness is not Likeness.DUPLICATE


_BASIS, _PAPERS = frozenset({"bees:12", "bees:13"}), frozenset({"plan", "identity"})


def test_the_same_content_joins_what_names_leave_open() -> None:
    left = _entry("城市养蜂场所许可", basis=_BASIS, materials=_PAPERS, result="养蜂证")
    right = _entry("城市屋顶养蜂准许", basis=_BASIS, materials=_PAPERS, result="养蜂证")

    assert judge(left, right).reason is Reason.SAME_CONTENT
    assert judge(_entry(left.name), _entry(right.name)).likeness is not Likeness.DUPLICATE


def test_other_content_under_one_name_is_less_sure() -> None:
    left = _entry("屋顶养蜂许可审批", basis=_BASIS, materials=_PAPERS)
    right = _entry("屋顶养蜂许可核发", basis=frozenset({"roofs:1"}), materials=frozenset({"drawing"}))

    assert judge(left, right).score < judge(_entry(left.name), _entry(right.name)).score
    assert judge(left, right).likeness is Likeness.RELATED


def test_two_kinds_of_applicant_are_two_matters() -> None:
    person, company = frozenset({"1"}), frozenset({"2"})

    judged = judge(_entry("养蜂许可", targets=person), _entry("养蜂许可", targets=company))

    assert (judged.likeness, judged.reason) == (Likeness.RELATED, Reason.TARGET_DIFFERS)
