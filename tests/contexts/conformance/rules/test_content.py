"""What a place's version of an item breaks, rule by rule: each found where it is, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shudao.contexts.conformance.contracts.rules import Compared, Known
from shudao.contexts.conformance.rules import content
from shudao.contexts.conformance.rules.catalogue import RULES
from shudao.contexts.conformance.rules.limits import longer
from shudao.contexts.matters.contracts import BasicItem, Fee, Material, Override, Question, TimeLimit
from shudao.contexts.matters.rules import consistency
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text
from tests.contexts.matters.makers import item

KNOWN = Known(frozenset({"tst:1"}), {"营业执照": "licence:business-licence", "婚姻状况证明": "resource:sjzy-marriage"})
PAPER = Material("proof", Text("收入说明", "Income"), "1", "2", "1", "10", ("tst:1",))
FEE = Fee(Text("工本费", "Charge"), Text("每证十元", "10 yuan"), Fen(1000), ("tst:1",))


def broken(
    local: BasicItem, standard: BasicItem | None = None, known: Known = KNOWN, **other: Any
) -> list[tuple[str, str, str]]:
    """Rule, field and part of all that `local` breaks."""
    before = standard or item()
    of_before = content.of_item(compared(before, before, known))
    found = content.deviations(replace(compared(before, local, known), **other), of_before)
    return [(one.rule, one.field, one.part) for one in found]


def compared(standard: BasicItem, local: BasicItem, known: Known) -> Compared:
    """As the service puts them together."""
    return Compared(standard=standard, local=local, broken=tuple(consistency.check(local)), known=known)


def with_paper(**changes: Any) -> BasicItem:
    """The item with one more paper."""
    return item(materials=(*item().materials, replace(PAPER, **changes)))


def with_first(**changes: Any) -> BasicItem:
    """The item with its own paper asked for otherwise."""
    return item(materials=(replace(item().materials[0], **changes),))


BROKEN = [
    ("promise", item(promised=TimeLimit(6, "1")), ("limit-promise", "promised", "")),
    ("promise in days", item(promised=TimeLimit(8, "2")), ("limit-promise", "promised", "")),
    ("visits", item(visits=1, visits_reason=Text("核对", "Seen"), tier=4), ("visits-more", "visits", "")),
    ("tier", item(tier=3), ("tier-lower", "tier", "")),
    ("depth", item(depth=("1", "2", "4", "5", "6")), ("depth-lower", "depth", "")),
    ("fee", item(fees=(FEE,)), ("fee-extra", "fees", "工本费")),
    ("fee without basis", item(fees=(replace(FEE, by_law=()),)), ("fee-basis", "fees", "工本费")),
    ("fee without standard", item(fees=(replace(FEE, standard=Text("")),)), ("fee-basis", "fees", "工本费")),
    ("paper", with_paper(), ("material-extra", "materials", "proof")),
    ("paper without basis", with_paper(by_law=()), ("material-basis", "materials", "proof")),
    ("paper with a licence", with_paper(name=Text("营业执照")), ("material-obtainable", "materials", "proof")),
    ("paper that is shared", with_paper(name=Text("婚姻状况证明")), ("material-obtainable", "materials", "proof")),
    ("paper no longer shared", with_first(resource=""), ("material-obtainable", "materials", "id-card")),
    ("law", item(by_law=("tst:1", "tst:2")), ("basis-unknown", "by_law", "tst:2")),
    ("law of a paper", with_paper(by_law=("tst:9",)), ("basis-unknown", "by_law", "tst:9")),
    ("conditions", item(conditions=Text(" ")), ("guide", "conditions", "")),
    ("rule 0", item(handle_type=("9",)), ("n0", "handle_type", "")),
    ("rule 1", item(promised=TimeLimit(0, "1")), ("n1", "project_type", "")),
    ("rule 2", item(result_type="3", result_licence_type=""), ("n2", "result_type", "")),
    ("rule 3", item(visits_reason=Text("无", "None")), ("n3", "visits", "")),
    ("rule 4", item(tier=2, depth=("1", "2", "3", "4", "5", "6")), ("n4", "handle_type", "")),
    ("rule 5", item(visits=1, visits_reason=Text("核对", "Seen")), ("n5", "tier", "")),
    ("rule 6", item(is_pay_online=True), ("n6", "is_pay_online", "")),
    ("rule 8", item(server_type=("1", "2")), ("n8", "server_type", "")),
    ("rule 10", item(result_licence_type=""), ("n10", "result_licence_type", "")),
    ("rule 11", item(promised=TimeLimit(21, "1")), ("n11", "promised", "")),
]


@pytest.mark.parametrize(("local", "expected"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_it_is_found(local: BasicItem, expected: tuple[str, str, str]) -> None:
    assert expected in broken(local)


def test_what_is_as_the_standard_says_breaks_nothing() -> None:
    assert broken(item()) == []


@pytest.mark.parametrize(
    "local",
    [
        item(promised=TimeLimit(4, "1")),
        item(promised=TimeLimit(7, "2")),
        item(tier=4, depth=("1", "2", "3", "4", "5", "6", "7")),
        item(materials=()),
        with_first(need="3"),
        with_first(need="3", resource=""),
        item(questions=(*item().questions, Question(Text("谁？", "Who?"), Text("本人。", "You.")))),
    ],
    ids=["shorter", "shorter in days", "deeper", "fewer papers", "may follow", "may follow, not shared", "explained"],
)
def test_better_than_the_standard_is_no_deviation(local: BasicItem) -> None:
    assert broken(local) == []


def test_licences_have_questions_and_all_their_steps() -> None:
    licence = item(task_type="01", catalog_code="510102900000")
    assert ("n9", "questions", "") in broken(replace(licence, questions=()), licence)


def test_what_the_standard_breaks_is_put_right_there_and_not_in_every_place() -> None:
    standard = item(by_law=("tst:7",))
    assert broken(replace(standard, promised=TimeLimit(6, "1")), standard) == [("limit-promise", "promised", "")]
    assert [one.rule for one in content.of_item(compared(standard, standard, KNOWN))] == ["basis-unknown"]


def test_a_dearer_charge_and_a_cheaper_one() -> None:
    standard = item(fees=(FEE,))
    assert broken(replace(standard, fees=(replace(FEE, amount=Fen(1001)),)), standard) == [
        ("fee-extra", "fees", "工本费")
    ]
    assert broken(replace(standard, fees=(replace(FEE, amount=Fen(999)),)), standard) == []


def test_fields_of_the_province_alone() -> None:
    own = Override("handle_area", "1", Text("远"))
    assert broken(item(handle_area="1"), locked=(own,)) == [("locked", "handle_area", "")]
    assert broken(item(), locked=(own,)) == [], "the same value is none"
    legal = Override("legal", {}, Text("远"))
    assert broken(item(legal=TimeLimit(30, "1", basis=("tst:1",))), locked=(legal,)) == [("limit-legal", "legal", "")]
    assert broken(item(legal=TimeLimit(9, "1", basis=("tst:1",))), locked=(legal,)) == [("locked", "legal", "")]


def test_a_promise_beyond_the_law_in_another_unit() -> None:
    found = broken(item(promised=TimeLimit(1, "4")))
    assert ("limit-legal", "promised", "") in found


def test_values_that_cannot_be_read_and_places_left_empty() -> None:
    assert broken(item(), unreadable=(Override("visits", "two", Text("")),)) == [("unreadable", "visits", "")]
    assert broken(item(), emptied=("place",)) == [("guide", "place", "")]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (TimeLimit(5, "1"), TimeLimit(5, "1"), False),
        (TimeLimit(5, "1"), TimeLimit(7, "2"), False),
        (TimeLimit(8, "2"), TimeLimit(5, "1"), True),
        (TimeLimit(1, "4"), TimeLimit(20, "1"), True),
        (TimeLimit(1, "5"), TimeLimit(11, "4"), True),
        (TimeLimit(1, "3"), TimeLimit(7, "2"), False),
        (TimeLimit(900, "9"), TimeLimit(1, "1"), False),
    ],
)
def test_limits_in_different_units(one: TimeLimit, other: TimeLimit, expected: bool) -> None:
    assert longer(one, other) is expected


def test_every_rule_is_explained_in_both_languages() -> None:
    for one in RULES.values():
        for text in (one.name, one.compares, one.todo):
            assert text.zh, one.code
            assert text.en, one.code
