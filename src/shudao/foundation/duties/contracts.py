"""Duties: somebody owes something by a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shudao.kernel.errors import Conflict, Invalid, NotFound
from shudao.kernel.texts import Text


class DutyState(StrEnum):
    """OPEN: to be done. OVERDUE: open, and the day is past. CLOSED: done, with evidence."""

    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"


class DutyOrder(StrEnum):
    """How a list is sorted: by due date, the opposite, or newest first."""

    DUE = "due"
    LATEST_DUE = "-due"
    NEWEST = "new"


@dataclass(frozen=True, slots=True)
class Duty:
    """
    One duty as of a day.

    `number` is public ("ZR202600000042"). `kind` is the opening room's word ("exchange.correction"). `owner` is a
    department's credit code, `division` 12 digits, `subject` the public code it is about. Dates are local; `due_on` is
    the last day in time. `evidence` is why it was opened, `closing` what shows that it is done: codes and figures.
    """

    number: str
    kind: str
    owner: str
    division: str
    subject: str
    title: Text
    opened_on: date
    due_on: date
    state: DutyState
    closed_on: date | None
    evidence: Mapping[str, Any]
    closing: Mapping[str, Any]

    @property
    def late(self) -> bool:
        """Whether it was closed after its day, or is open past it."""
        return self.state is DutyState.OVERDUE or (self.closed_on is not None and self.closed_on > self.due_on)


class NoSuchDuty(NotFound):
    """No duty has this number."""

    code = "duties.no_such_duty"


class DutyClosed(Conflict):
    """It is closed already; its evidence stands."""

    code = "duties.closed"
    says = "这项任务已经办结。"
    advice = "请刷新页面查看办结依据。"


class EvidenceMissing(Invalid):
    """A duty closes with something that shows it was done."""

    code = "duties.evidence_missing"
    says = "办结任务必须附上依据。"
    advice = "请填写处理结果或文号，再办结。"
