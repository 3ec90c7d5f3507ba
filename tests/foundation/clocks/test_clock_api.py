"""Clocks kept: legal and promised apart, paused for lawful reasons alone, recomputed when holidays are announced."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import DjangoAssertNumQueries

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import (
    CalendarFault,
    ClockOrder,
    Limit,
    NoSuchClock,
    NotAPauseReason,
    TooLateToExtend,
    Unit,
)

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
LATE_EVENING = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # half past midnight of the 25th in Chengdu
CASE = "510000-1"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar() -> None:
    clocks.load_calendar()


def _start(kind: str, amount: int, *, subject: str = CASE, at: datetime = NOON) -> date:
    limit = Limit(amount, Unit.WORKDAY)
    return clocks.start(
        subject=subject, kind=kind, limit=limit, at=at, basis="行政许可法第四十二条", acting=SYSTEM, now=at
    ).on


def _on(day: int) -> datetime:
    return NOON + timedelta(days=day)


def test_legal_and_promised_clocks_run_apart() -> None:
    assert _start("legal", 20) == date(2026, 12, 22)
    assert _start("promised", 5) == date(2026, 12, 1)
    found = clocks.dues([CASE, "none"])
    assert {kind: due.on.day for (_, kind), due in found.items()} == {"legal": 22, "promised": 1}
    assert found[(CASE, "legal")].on == clocks.due(CASE, "legal").on
    assert clocks.due(CASE, "legal").explanation[-1].zh == "到期日：2026-12-22。"


def test_the_day_of_the_start_is_the_provinces_day() -> None:
    _start("legal", 1, at=LATE_EVENING)
    assert clocks.state(CASE).started_on == date(2026, 11, 25)
    assert clocks.due(CASE, "legal").on == date(2026, 11, 26)


def test_pausing_moves_both_clocks_and_resuming_lets_them_run() -> None:
    _start("legal", 20)
    _start("promised", 5)
    clocks.pause(subject=CASE, reason="expert_review", basis="专家评审告知书", acting=SYSTEM, now=_on(1))
    state = clocks.state(CASE)
    assert (state.state, state.reason, state.since) == ("paused", "expert_review", date(2026, 11, 25))
    assert clocks.dues([CASE])[(CASE, "legal")].paused
    clocks.resume(subject=CASE, acting=SYSTEM, now=_on(3))
    assert clocks.due(CASE, "promised").on == date(2026, 12, 3)
    assert clocks.due(CASE, "legal").on == date(2026, 12, 24)
    clocks.stop(subject=CASE, acting=SYSTEM, now=_on(9))
    assert clocks.due(CASE, "promised").met() is True
    assert clocks.state(CASE).state == "stopped"


@pytest.mark.parametrize("reason", ["supplement", "holiday", ""])
def test_nothing_but_the_lawful_reasons_pauses(reason: str) -> None:
    _start("legal", 20)
    with pytest.raises(NotAPauseReason):
        clocks.pause(subject=CASE, reason=reason, basis="", acting=SYSTEM, now=NOON)
    assert clocks.state(CASE).state == "running"


def test_acts_out_of_order_are_conflicts() -> None:
    _start("legal", 20)
    with pytest.raises(ClockOrder):
        _start("legal", 10)
    with pytest.raises(ClockOrder):
        clocks.resume(subject=CASE, acting=SYSTEM, now=NOON)
    clocks.stop(subject=CASE, acting=SYSTEM, now=NOON)
    with pytest.raises(ClockOrder):
        clocks.stop(subject=CASE, acting=SYSTEM, now=NOON)
    for absent in (lambda: clocks.due("x", "legal"), lambda: clocks.state("x")):
        with pytest.raises(NoSuchClock):
            absent()
    with pytest.raises(NoSuchClock):
        clocks.stop(subject="x", acting=SYSTEM, now=NOON)


def test_more_time_is_given_before_the_end_or_not_at_all() -> None:
    _start("legal", 20)
    ten = Limit(10, Unit.WORKDAY)
    found = clocks.extend(subject=CASE, by=ten, basis="分管负责人批准", acting=SYSTEM, now=_on(20))
    assert found.on == date(2027, 1, 6)
    assert found.provisional
    with pytest.raises(TooLateToExtend):
        clocks.extend(subject=CASE, by=ten, basis="再批", acting=SYSTEM, now=_on(60))


def test_every_act_leaves_an_audit_entry() -> None:
    _start("legal", 20)
    clocks.pause(subject=CASE, reason="hearing", basis="听证通知", acting=SYSTEM, now=NOON)
    assert [entry.action for entry in audit.entries(case=CASE)] == ["clocks.pause", "clocks.start"]
    assert audit.entries(case=CASE)[0].before == {"state": "running", "due_on": "2026-12-22"}


def test_announcing_the_holidays_moves_running_clocks_and_leaves_judged_ones(tmp_path: Path) -> None:
    december = NOON + timedelta(days=30)
    before = _start("legal", 8, at=december)
    _start("legal", 8, subject="done", at=december)
    clocks.stop(subject="done", acting=SYSTEM, now=december)
    assert clocks.due(CASE, "legal").provisional
    announced = tmp_path / "2027.csv"
    rows = ["2027-01-01,holiday,元旦,New Year's Day,0", "2027-01-04,holiday,元旦,New Year's Day,0"]
    announced.write_text("\n".join(["day,kind,name,name_en,provisional", *rows]), encoding="utf-8")
    call_command("clocks", "load", path=announced)
    moved = clocks.dues([CASE, "done"])
    assert moved[(CASE, "legal")].on == before + timedelta(days=1)
    assert not moved[(CASE, "legal")].provisional
    assert moved[("done", "legal")].on == before
    assert clocks.calendar().known(date(2026, 5, 1)), "other years stay"


@pytest.mark.parametrize(
    "line", ["2027-13-01,holiday,x,x,0", "2027-01-01,party,x,x,0", "2027-01-01,holiday", "2027-02-02,makeup,x,x,0"]
)
def test_a_calendar_file_with_a_fault_changes_nothing(tmp_path: Path, line: str) -> None:
    before = clocks.calendar()
    bad = tmp_path / "bad.csv"
    rows = ["day,kind,name,name_en,provisional", "2027-02-02,holiday,x,x,0", line]
    bad.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(CalendarFault, match="3"):
        clocks.load_calendar(bad)
    assert clocks.calendar() == before


def test_many_due_dates_cost_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    subjects = [f"case-{number}" for number in range(30)]
    for subject in subjects:
        _start("legal", 20, subject=subject)
    with django_assert_num_queries(1):
        assert len(clocks.dues(subjects)) == 30
