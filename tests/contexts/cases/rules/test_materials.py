"""Every material says where it comes from, and why not from a better source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.cases.contracts import Fact, How, NeedState
from shudao.contexts.cases.rules.materials import (
    InLibrary,
    LicenceFound,
    ResourceAnswered,
    ResourcePlanned,
    ResourceSilent,
    Sources,
    Wanted,
    resolve,
    tally,
)
from shudao.contexts.cases.rules.materials import (
    given as giving,
)
from shudao.kernel.texts import Text

NAME = Text("结婚证", "Marriage certificate")
LICENCE = LicenceFound("1.2.156.3005.2.001", NAME, (Fact("registered_on", Text("登记日期"), "2020-02-02"),))
ANSWER = ResourceAnswered(Text("婚姻登记信息", "Marriage register"), "00-7", (Fact("status", Text("状态"), "已婚"),))
SILENT = ResourceSilent(Text("共享网关当前不可用", "The sharing gateway is not available"))
FILE = InLibrary("ab" * 32, "结婚证.pdf", "2026-05-01")


def wanted(need: str = "1", *, licence_type: str = "marriage-certificate", resource: str = "sjzy-marriage") -> Wanted:
    return Wanted("marriage", NAME, need, licence_type, resource)


def test_a_licence_wins_over_everything() -> None:
    need = resolve(wanted(), Sources(licence=LICENCE, resource=ANSWER, library=FILE))
    assert (need.how, need.state, need.evidence) == (How.LICENCE, NeedState.FETCHED, LICENCE.number)
    assert LICENCE.number in need.why.zh


def test_a_granted_resource_comes_next_and_says_that_there_was_no_licence() -> None:
    need = resolve(wanted(), Sources(resource=ANSWER, library=FILE))
    assert (need.how, need.state, need.evidence) == (How.EXCHANGE, NeedState.FETCHED, "00-7")
    assert "电子证照库中没有" in need.why.zh
    assert "No such e-licence" in need.why.en
    assert need.facts == ANSWER.facts


def test_the_library_comes_third_and_says_what_failed() -> None:
    need = resolve(wanted(), Sources(resource=SILENT, library=FILE))
    assert (need.how, need.state, need.file) == (How.LIBRARY, NeedState.FETCHED, FILE.file)
    assert "共享网关当前不可用" in need.why.zh


def test_the_applicant_is_asked_last_and_told_why() -> None:
    need = resolve(wanted(), Sources(resource=SILENT))
    assert (need.how, need.state) == (How.APPLICANT, NeedState.ASKED)
    assert need.missing
    assert need.why.zh == "电子证照库中没有您名下有效的该证照；共享网关当前不可用；请您提供。"
    assert need.why.en.startswith("No such e-licence of yours in force was found; The sharing gateway")


def test_a_material_that_nothing_can_replace_says_so() -> None:
    need = resolve(wanted(licence_type="", resource=""), Sources())
    assert "没有可代替" in need.why.zh


def test_a_resource_that_is_not_connected_says_so() -> None:
    assert "尚未接入" in resolve(wanted(licence_type=""), Sources()).why.zh


def test_what_may_follow_is_asked_without_holding_the_application_up() -> None:
    need = resolve(wanted("3"), Sources())
    assert need.state is NeedState.ASKED
    assert not need.missing
    assert "容缺" in need.why.zh


def test_what_is_not_required_is_neither_asked_nor_fetched() -> None:
    need = resolve(wanted("2"), Sources(licence=LICENCE, resource=ANSWER))
    assert need.state is NeedState.OPTIONAL
    assert need.facts == ()


def test_a_plan_names_the_resource_without_an_answer() -> None:
    need = resolve(wanted(), Sources(resource=ResourcePlanned(ANSWER.name)))
    assert (need.how, need.state) == (How.EXCHANGE, NeedState.PLANNED)
    assert ANSWER.name.zh in need.why.zh


def test_an_own_file_replaces_what_was_fetched_and_keeps_nothing_of_it() -> None:
    fetched = resolve(wanted(), Sources(resource=ANSWER))
    need = giving(fetched, file="cd" * 32, file_name="我的.pdf")
    assert (need.how, need.state, need.evidence, need.facts) == (How.APPLICANT, NeedState.UPLOADED, "", ())
    assert "自行提供" in need.why.zh


@given(
    need=st.sampled_from("123"),
    licence=st.sampled_from([None, LICENCE]),
    resource=st.sampled_from([None, ANSWER, SILENT, ResourcePlanned(NAME)]),
    library=st.sampled_from([None, FILE]),
)
def test_there_is_always_a_reason_in_both_languages(need: str, licence, resource, library) -> None:  # type: ignore[no-untyped-def]
    found = resolve(wanted(need), Sources(licence, resource, library))
    assert found.why.zh
    assert found.why.en
    assert (found.state is NeedState.FETCHED) == bool(found.evidence or found.file)


@pytest.mark.parametrize(
    ("states", "counted"),
    [
        ([], (0, 0)),
        ([NeedState.ASKED, NeedState.UPLOADED, NeedState.FETCHED, NeedState.OPTIONAL], (2, 1)),
    ],
)
def test_asked_and_fetched_are_counted_apart(states: list[NeedState], counted: tuple[int, int]) -> None:
    assert tally(states) == counted
