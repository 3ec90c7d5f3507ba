"""Duties from opening to evidence: found, reminded of, escalated, closed once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties import api as duties
from shudao.foundation.duties import handlers
from shudao.foundation.duties.contracts import DutyClosed, DutyOrder, DutyState, EvidenceMissing, NoSuchDuty
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.contracts import KeyReused
from shudao.kernel import time
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
OWNER, OTHER = "1151000051990001XA", "1151000051990002XB"
COUNTY, CITY = "510104000000", "510100000000"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stopped_clock() -> Any:
    with time.using_clock(time.fixed(NOON)):
        yield


def _open(key: str = "k1", *, days: int = 10, **options: Any) -> str:
    fields: dict[str, Any] = {
        "kind": "exchange.correction",
        "owner": OWNER,
        "division": COUNTY,
        "subject": "sjzy-1",
        "title": Text("核实人口库一条记录", "Check one record of the population register"),
        "due_on": date(2026, 11, 24) + timedelta(days=days),
        "evidence": {"request": "R1"},
    }
    return duties.open(**{**fields, **options}, acting=SYSTEM, now=NOON, key=key)


def _on(days: int) -> Any:
    return time.using_clock(time.fixed(NOON + timedelta(days=days)))


def test_a_duty_has_a_number_an_owner_and_a_day() -> None:
    number = _open()
    duty = duties.get(number)
    assert number.startswith("ZR2026")
    assert (duty.owner, duty.due_on, duty.state, duty.late) == (OWNER, date(2026, 12, 4), DutyState.OPEN, False)
    assert duty.evidence == {"request": "R1"}
    with pytest.raises(NoSuchDuty):
        duties.get("ZR0")


def test_opening_again_with_the_key_opens_none() -> None:
    assert _open() == _open()
    assert duties.listing().total == 1
    with pytest.raises(KeyReused):
        _open(subject="sjzy-2")
    with pytest.raises(Invalid):
        _open("")


def test_overdue_is_derived_and_lateness_stays_after_closing() -> None:
    number = _open()
    with _on(10):
        assert duties.get(number).state is DutyState.OPEN, "the day itself is in time"
    with _on(11):
        assert duties.get(number).state is DutyState.OVERDUE
        duties.close(number, evidence={"document": "川数〔2026〕1号"}, acting=SYSTEM, now=time.now())
        duty = duties.get(number)
    assert (duty.state, duty.late, duty.closed_on) == (DutyState.CLOSED, True, date(2026, 12, 5))
    assert duty.closing == {"document": "川数〔2026〕1号"}


@pytest.mark.parametrize("evidence", [{}, {"document": ""}])
def test_nothing_closes_without_evidence(evidence: dict[str, str]) -> None:
    number = _open()
    with pytest.raises(EvidenceMissing):
        duties.close(number, evidence=evidence, acting=SYSTEM, now=NOON)
    assert duties.get(number).state is DutyState.OPEN


def test_a_duty_closes_once_and_remembers_everything() -> None:
    number = _open()
    duties.reassign(number, owner=OTHER, due_on=date(2026, 12, 31), reason="职责调整", acting=SYSTEM, now=NOON)
    duties.close(number, evidence={"document": "1"}, acting=SYSTEM, now=NOON)
    for act in (duties.close, duties.reassign):
        extra = (
            {"evidence": {"x": "y"}} if act is duties.close else {"owner": OWNER, "due_on": NOON.date(), "reason": "x"}
        )
        with pytest.raises(DutyClosed):
            act(number, acting=SYSTEM, now=NOON, **extra)
    assert [entry.action for entry in duties.history(number)] == ["duties.close", "duties.reassign", "duties.open"]
    assert duties.history(number)[1].reason == "职责调整"


def test_lists_filter_sort_and_page() -> None:
    soon, late, elsewhere = _open("1", days=5), _open("2", days=-1), _open("3", owner=OTHER, division=CITY)
    duties.close(_open("4", days=9), evidence={"a": "b"}, acting=SYSTEM, now=NOON)

    def numbers(**asked: Any) -> list[str]:
        return [duty.number for duty in duties.listing(**asked).items]

    assert numbers(owner=OWNER, state=DutyState.OPEN) == [soon]
    assert numbers(state=DutyState.OVERDUE) == [late]
    assert len(numbers(state=DutyState.CLOSED)) == 1
    assert numbers(owner=OTHER) == [elsewhere]
    assert elsewhere in numbers(below=CITY)
    assert elsewhere not in numbers(below=COUNTY)
    assert numbers()[0] == late
    assert numbers(order=DutyOrder.LATEST_DUE)[-1] == late
    assert numbers(subject="none") == numbers(kind="none") == []
    page = duties.listing(size=3, page=2)
    assert (len(page.items), page.total, page.pages) == (1, 4, 2)
    assert duties.counts(owner=OWNER) == {DutyState.OPEN: 1, DutyState.OVERDUE: 1, DutyState.CLOSED: 1}


def test_the_owner_is_told_at_each_step_once_and_then_the_data_bureau(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.load_calendar()
    bureau = identity.department_code("sj", COUNTY)
    monkeypatch.setattr(handlers.identity, "responsible", lambda kind, division: _Bureau(bureau))
    number = _open()
    for days in (0, 6, 7, 8, 11, 12, 18, 19, 30):
        with _on(days):
            duties.remind(now=time.now())
            outbox.drain()
    subjects = [message.subject.zh for message in reversed(messages.inbox(OWNER, about=number).items)]
    assert [subject.split("：")[0] for subject in subjects] == ["新任务", "任务即将到期", "任务已逾期", "任务已逾期"]
    (escalated,) = messages.inbox(bureau).items
    assert escalated.subject.en.startswith("Overdue duty escalated")
    assert escalated.sent_at.date() == date(2026, 12, 12), "five working days after the day before"


class _Bureau:
    def __init__(self, code: str) -> None:
        self.code = code


def test_a_closed_duty_is_not_told_of() -> None:
    number = _open()
    outbox.drain()
    duties.close(number, evidence={"a": "b"}, acting=SYSTEM, now=NOON)
    with _on(30):
        assert duties.remind(now=time.now()) == 0


def test_reminding_goes_through_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shudao.foundation.duties.services.remind.BATCH", 2)
    for key in range(5):
        _open(str(key), days=1)
    assert duties.remind(now=NOON) == 5
    assert duties.remind(now=NOON) == 0
