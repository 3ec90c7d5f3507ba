from __future__ import annotations

from dataclasses import replace

import pytest

from shudao.contexts.matters.contracts import Fee, Material, Question, TimeLimit
from shudao.contexts.matters.rules.comparing import differences
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text
from tests.contexts.matters.makers import item

FEE = Fee(Text("工本费", "Cost"), Text("每证五元", "Five yuan"), Fen(500), ("tst:1",))


def test_the_same_has_no_differences() -> None:
    assert differences(item(), item()) == ()


@pytest.mark.parametrize(
    ("changes", "field", "before", "after"),
    [
        ({"visits": 1}, "visits", "0", "1"),
        ({"promised": TimeLimit(0, "1", Text("当场办结", "At once"))}, "promised", "5 工作日", "0 工作日；当场办结"),
        ({"is_pay_online": True}, "is_pay_online", "否", "是"),
        ({"handle_type": ("1", "2", "3")}, "handle_type", "窗口办理；网上办理", "窗口办理；网上办理；快递申请"),
        ({"by_law": ()}, "by_law", "tst:1", ""),
        ({"more": {"is_express": False}}, "more.is_express", "是", "否"),
    ],
)
def test_a_field_is_told_in_words(changes: dict[str, object], field: str, before: str, after: str) -> None:
    (found,) = differences(item(), item(**changes))
    assert (found.field, found.before.zh, found.after.zh) == (field, before, after)
    assert found.title.zh
    assert found.title.en


def test_the_order_of_a_set_makes_no_difference() -> None:
    assert differences(item(handle_type=("1", "2")), item(handle_type=("2", "1"))) == ()


def test_materials_are_matched_by_code() -> None:
    card = item().materials[0]
    photo = Material("photo", Text("照片", "Photo"), "1", "2", "1", "10", ("tst:1",))
    found = differences(item(), item(materials=(photo, replace(card, need="3"))))
    assert [(one.field, one.part.zh) for one in found] == [
        ("materials.id-card.need", "居民身份证"),
        ("materials.photo", ""),
    ]
    assert (found[1].before.zh, found[1].after.zh) == ("", "照片")


def test_fees_and_questions_are_matched_by_what_they_are_called() -> None:
    found = differences(
        item(), item(fees=(FEE,), questions=(Question(Text("多久？", "How long?"), Text("三天。", "3 days.")),))
    )
    assert [one.field for one in found] == ["fees.工本费", "questions.多久？.answer"]
