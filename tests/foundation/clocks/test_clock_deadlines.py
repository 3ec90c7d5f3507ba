"""Due dates: worked examples, and what must hold for every calendar, limit and pause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shudao.foundation.clocks.contracts import Due, Limit, PauseReason, Unit
from shudao.foundation.clocks.rules.calendar import WorkCalendar
from shudao.foundation.clocks.rules.deadline import Extension, Pause, due
from shudao.foundation.clocks.rules.limits import add_months, days_to_count
from tests.foundation.clocks.calendars import AUTUMN_2026, calendars, days, limits, pauses, working_limits


def _workdays(amount: int) -> Limit:
    return Limit(amount, Unit.WORKDAY)


@pytest.mark.parametrize(
    ("limit", "started", "on"),
    [
        (_workdays(1), date(2026, 11, 24), date(2026, 11, 25)),
        (_workdays(5), date(2026, 11, 24), date(2026, 12, 1)),
        (_workdays(5), date(2026, 11, 28), date(2026, 12, 4)),  # begun on a Saturday
        (_workdays(5), date(2026, 9, 30), date(2026, 10, 13)),  # a week off, then a Saturday worked
        (_workdays(0), date(2026, 11, 24), date(2026, 11, 24)),
        (_workdays(0), date(2026, 10, 2), date(2026, 10, 8)),
        (Limit(15, Unit.DAY), date(2026, 11, 24), date(2026, 12, 9)),
        (Limit(4, Unit.DAY), date(2026, 11, 24), date(2026, 11, 30)),  # the 28th is a Saturday
        (Limit(1, Unit.WEEK), date(2026, 9, 26), date(2026, 10, 8)),  # ends inside the holiday
        (Limit(1, Unit.MONTH), date(2026, 7, 31), date(2026, 8, 31)),
        (Limit(2, Unit.MONTH), date(2025, 12, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (Limit(1, Unit.YEAR), date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_worked_examples(limit: Limit, started: date, on: date) -> None:
    assert due(limit, started, calendar=AUTUMN_2026).on == on


def test_a_hearing_of_three_working_days_moves_the_date_by_three() -> None:
    hearing = Pause(date(2026, 11, 26), date(2026, 12, 1), PauseReason.HEARING)
    assert due(_workdays(5), date(2026, 11, 24), [hearing], calendar=AUTUMN_2026).on == date(2026, 12, 4)


def test_an_open_pause_shows_the_earliest_date_and_says_so() -> None:
    open_pause = Pause(date(2026, 11, 26), None, PauseReason.APPRAISAL)
    found = due(_workdays(5), date(2026, 11, 24), [open_pause], calendar=AUTUMN_2026)
    assert (found.on, found.paused) == (date(2026, 12, 1), True)
    assert "暂停" in found.explanation[-1].zh
    assert not found.overdue(date(2027, 6, 1))


def test_an_extension_counts_on_from_the_due_date() -> None:
    longer = due(
        _workdays(20), date(2026, 11, 2), extensions=[Extension(_workdays(10), "局长批准")], calendar=AUTUMN_2026
    )
    assert longer.on == due(_workdays(30), date(2026, 11, 2), calendar=AUTUMN_2026).on
    assert any("局长批准" in line.zh and "局长批准" in line.en for line in longer.explanation)


def test_the_explanation_tells_every_span_in_two_languages() -> None:
    hearing = Pause(date(2026, 10, 12), date(2026, 10, 14), PauseReason.HEARING)
    found = due(_workdays(8), date(2026, 9, 24), [hearing], calendar=AUTUMN_2026)
    assert [line.zh for line in found.explanation] == [
        "期限8个工作日；2026-09-24起算，当日不计入，自下一个工作日开始计算。",
        "2026-09-25至2026-09-30：计第1–4个工作日（其间周末2天不计入）。",
        "2026-10-01至2026-10-07：国庆节放假，不计入。",
        "2026-10-08至2026-10-09：计第5–6个工作日。",
        "2026-10-10：计第7个工作日（调休上班）。",
        "2026-10-11：周末，不计入。",
        "2026-10-12至2026-10-13：暂停计时（听证），不计入。",
        "2026-10-14：计第8个工作日。",
        "到期日：2026-10-14。",
    ]
    assert found.explanation[2].en == "2026-10-01 to 2026-10-07: National Day holiday, not counted."
    assert all(line.en for line in found.explanation)


def test_a_last_day_off_says_where_it_moves_and_by_what_law() -> None:
    found = due(Limit(4, Unit.DAY), date(2026, 11, 24), calendar=AUTUMN_2026)
    assert [line.zh for line in found.explanation][-4:] == [
        "2026-11-29：周末，不计入。",
        "2026-11-30：顺延所至的工作日。",
        "最后一日2026-11-28不是工作日，顺延至2026-11-30（民法典第二百零三条）。",
        "到期日：2026-11-30。",
    ]


def test_a_year_not_announced_makes_the_date_provisional_and_says_so() -> None:
    sure = due(_workdays(5), date(2026, 11, 24), calendar=AUTUMN_2026)
    unsure = due(_workdays(30), date(2026, 11, 24), calendar=AUTUMN_2026)
    assert (sure.provisional, unsure.provisional) == (False, True)
    assert any("2027年放假调休安排尚未公布" in line.zh for line in unsure.explanation)


def test_met_and_overdue() -> None:
    on = date(2026, 12, 1)
    assert Due(on=on).met() is None
    assert Due(on=on, stopped_on=on).met() is True
    assert Due(on=on, stopped_on=date(2026, 12, 2)).met() is False
    assert [Due(on=on).overdue(day) for day in (on, date(2026, 12, 2))] == [False, True]
    assert not Due(on=on, stopped_on=on).overdue(date(2027, 1, 1))


@pytest.mark.parametrize(("amount", "unit"), [(-1, Unit.DAY), (3661, Unit.WORKDAY), (101, Unit.YEAR)])
def test_no_limit_is_negative_or_longer_than_a_century(amount: int, unit: Unit) -> None:
    with pytest.raises(ValueError, match="not a limit"):
        Limit(amount, unit)


@given(days, st.integers(0, 40), st.integers(0, 40))
def test_months_add_up_but_for_the_days_that_months_lack(day: date, first: int, second: int) -> None:
    together, after = add_months(day, first + second), add_months(add_months(day, first), second)
    assert (together.year, together.month) == (after.year, after.month)
    assert after <= together


def _free(day: date, stops: Sequence[Pause]) -> bool:
    return not any(pause.until is not None and pause.first <= day < pause.until for pause in stops)


@given(limits, days, pauses(), calendars())
def test_the_date_is_the_first_that_holds_the_limit(
    limit: Limit, started: date, stops: list[Pause], calendar: WorkCalendar
) -> None:
    """An independent count: enough counting days up to the date, and the date itself worked and not paused."""
    found = due(limit, started, stops, calendar=calendar).on
    between = [started + timedelta(days=number) for number in range(1, (found - started).days + 1)]
    working_days = limit.unit is Unit.WORKDAY
    counted = [day for day in between if _free(day, stops) and (calendar.is_working(day) or not working_days)]
    needed = days_to_count(limit, started)
    assert calendar.is_working(found)
    assert _free(found, stops)
    assert len(counted) >= needed
    nominal = counted[needed - 1] if needed else started
    later = [day for day in between if day > nominal and day != found]
    assert not any(calendar.is_working(day) and _free(day, stops) for day in later if day >= nominal)


@given(limits, days, pauses(), calendars())
def test_spans_cover_every_day_once_and_count_the_limit(
    limit: Limit, started: date, stops: list[Pause], calendar: WorkCalendar
) -> None:
    found = due(limit, started, stops, calendar=calendar)
    covered = started
    for span in found.spans:
        assert span.first == covered + timedelta(days=1)
        assert span.last >= span.first
        covered = span.last
    assert covered == found.on
    assert sum(span.count for span in found.spans) == days_to_count(limit, started)


@given(working_limits, days, pauses(), calendars())
def test_longer_limits_later_starts_and_more_pauses_never_come_earlier(
    limit: Limit, started: date, stops: list[Pause], calendar: WorkCalendar
) -> None:
    on = due(limit, started, stops, calendar=calendar).on
    assert due(Limit(limit.amount + 1, limit.unit), started, stops, calendar=calendar).on > on
    assert due(limit, started + timedelta(days=1), stops, calendar=calendar).on >= on
    assert due(limit, started, stops[:-1], calendar=calendar).on <= on


@given(working_limits, days, pauses(), calendars())
def test_pause_algebra(limit: Limit, started: date, stops: list[Pause], calendar: WorkCalendar) -> None:
    """Cutting a pause in two changes nothing; one that is over before it begins, or lies after the end, neither."""
    on = due(limit, started, stops, calendar=calendar).on
    cut = [half for pause in stops for half in _halves(pause)]
    assert due(limit, started, cut, calendar=calendar).on == on
    empty = Pause(started, started, PauseReason.TENDER)
    assert due(limit, started, [empty, *stops], calendar=calendar).on == on
    after = Pause(max(on, date(2027, 12, 1)) + timedelta(days=1), date(2028, 12, 1), PauseReason.TENDER)
    assert due(limit, started, [*stops, after], calendar=calendar).on == on


def _halves(pause: Pause) -> tuple[Pause, Pause]:
    assert pause.until is not None
    middle = pause.first + (pause.until - pause.first) // 2
    return Pause(pause.first, middle, pause.reason), Pause(middle, pause.until, pause.reason)


@given(days, st.integers(1, 20), st.integers(1, 20), calendars())
def test_an_extension_is_as_long_as_a_longer_limit(
    started: date, first: int, more: int, calendar: WorkCalendar
) -> None:
    extended = due(_workdays(first), started, extensions=[Extension(_workdays(more))], calendar=calendar)
    assert extended.on == due(_workdays(first + more), started, calendar=calendar).on
