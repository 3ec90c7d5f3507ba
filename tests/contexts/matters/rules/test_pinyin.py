from __future__ import annotations

import pytest

from shudao.contexts.matters.rules import pinyin


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("结婚登记", "jiehundengji"),
        ("结婚登记", "dengji"),
        ("旅行社", "lvxingshe"),
        ("银行", "yinhang"),
        ("银行", "yinxing"),
    ],
)
def test_a_text_is_typed_by_its_syllables_from_any_character_on(text: str, typed: str) -> None:
    assert pinyin.alike(typed) in set(pinyin.syllables(text))


@pytest.mark.parametrize("typed", ["shenfenzheng", "senfenzen", "shengfengzheng"])
def test_what_southern_ears_do_not_keep_apart_is_the_same(typed: str) -> None:
    assert pinyin.alike(typed) in set(pinyin.syllables("身份证"))


def test_first_letters_stand_for_syllables_from_any_character_on() -> None:
    assert set(pinyin.initials("结婚登记")) == {"jhdj", "hdj", "dj", "j"}


def test_signs_are_not_spoken_and_letters_stay() -> None:
    assert pinyin.readings("（A级）") == [("a",), ("ji",)]


def test_readings_of_a_long_text_stay_few() -> None:
    assert len(list(pinyin.initials("行" * 30))) <= 30 * 8
