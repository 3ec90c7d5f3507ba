"""Class path and catalogue code of the guide."""

from __future__ import annotations

import pytest

from shudao.contexts.exchange.rules import classes
from shudao.kernel.texts import Text

BASIC = Text("基础信息资源")
PATH = (BASIC, Text("人口"), Text("户籍"), Text("登记"))


@pytest.mark.parametrize("code", ["1010101", "101010100001", "10101010000100000001"])
@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_a_code_of_the_guide_with_its_path_stands(code: str, levels: int) -> None:
    assert not list(classes.problems(code, PATH[:levels]))


@pytest.mark.parametrize("code", ["", "101010", "401010100001", "1010101x", "１010101", "101010100001000000011"])
def test_other_codes_do_not(code: str) -> None:
    assert "catalogue_code" in dict(classes.problems(code, PATH))


@pytest.mark.parametrize("path", [(), (*PATH, Text("五")), (BASIC, Text(" "))])
def test_a_path_has_one_to_four_names(path: tuple[Text, ...]) -> None:
    assert "classes" in dict(classes.problems("1010101", path))


def test_the_first_digit_and_the_first_class_agree() -> None:
    assert "classes" in dict(classes.problems("3010101", PATH))


def test_classes_are_coded_by_the_first_digits() -> None:
    assert classes.path_codes("101010100001", PATH) == ["1", "101", "101010", "101010-登记"]
