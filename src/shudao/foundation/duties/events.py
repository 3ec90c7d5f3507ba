"""What happens to duties. Emitted after commit; numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class DutyOpened(Event):
    """A department owes something new."""

    NAME: ClassVar[str] = "duties.opened"
    number: str


@dataclass(frozen=True, slots=True)
class DutyDueSoon(Event):
    """The day is near."""

    NAME: ClassVar[str] = "duties.due_soon"
    number: str


@dataclass(frozen=True, slots=True)
class DutyOverdue(Event):
    """The day is past. `level` 1: the owner is told; 2: escalated to the data bureau of the division."""

    NAME: ClassVar[str] = "duties.overdue"
    number: str
    level: int


@dataclass(frozen=True, slots=True)
class DutyClosed(Event):
    """It is done."""

    NAME: ClassVar[str] = "duties.closed"
    number: str
    kind: str
    subject: str
