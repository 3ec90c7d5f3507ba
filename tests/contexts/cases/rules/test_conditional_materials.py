"""What the answers make unnecessary is not asked for, nor is the form that was filled in asked for again."""

from __future__ import annotations

import pytest

from shudao.contexts.cases.contracts import How, NeedState
from shudao.contexts.cases.rules.materials import LicenceFound, Sources, Wanted, applies, resolve, tally
from shudao.kernel.texts import Text

NAME = Text("结婚证", "Marriage certificate")


@pytest.mark.parametrize(
    ("data", "wanted"),
    [({"married": True}, True), ({"married": False}, False), ({}, False), ({"married": "true"}, True)],
)
def test_a_yes_or_no_decides(data: dict[str, object], wanted: bool) -> None:
    assert applies("married", ("true",), data) is wanted


def test_one_of_several_answers_decides() -> None:
    assert applies("basis", ("work", "study"), {"basis": "study"})
    assert not applies("basis", ("work", "study"), {"basis": "home"})
    assert applies("", (), {}), "no condition: always wanted"


def test_a_paper_that_does_not_apply_is_neither_asked_nor_fetched() -> None:
    wanted = Wanted("m", NAME, "1", "marriage-certificate", "sjzy", applies=False)
    need = resolve(wanted, Sources(licence=LicenceFound("L1", NAME)))
    assert need.state is NeedState.OPTIONAL
    assert not need.missing
    assert not need.evidence
    assert "不需要" in need.why.zh
    assert "Not needed" in need.why.en


def test_before_there_is_a_form_it_depends() -> None:
    need = resolve(Wanted("m", NAME, "1", "", "", applies=None), Sources())
    assert need.state is NeedState.OPTIONAL
    assert "视填写的情况而定" in need.why.zh


def test_the_application_form_itself_is_not_asked_for_again() -> None:
    need = resolve(Wanted("application", NAME, "1", "", "", from_form=True), Sources())
    assert (need.how, need.state) == (How.FORM, NeedState.FILLED)
    assert not need.missing
    assert tally([need.state]) == (0, 0), "neither asked for nor fetched"
