"""What the cases room tells the house, after commit: codes and ids only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class CaseReceived(Event):
    """An application was submitted."""

    NAME: ClassVar[str] = "cases.received"
    case: str
    task_code: str
    division: str
    department: str
    channel: str


@dataclass(frozen=True, slots=True)
class CaseAccepted(Event):
    """It was accepted: its clocks run."""

    NAME: ClassVar[str] = "cases.accepted"
    case: str
    task_code: str
    division: str
    department: str


@dataclass(frozen=True, slots=True)
class CaseRejected(Event):
    """Acceptance was refused."""

    NAME: ClassVar[str] = "cases.rejected"
    case: str
    task_code: str
    division: str
    department: str


@dataclass(frozen=True, slots=True)
class CaseDecided(Event):
    """It was decided: `decision` is "approve" or "refuse", `licence` the number issued or ""."""

    NAME: ClassVar[str] = "cases.decided"
    case: str
    task_code: str
    division: str
    department: str
    decision: str
    licence: str


@dataclass(frozen=True, slots=True)
class CaseDelivered(Event):
    """The result reached the applicant."""

    NAME: ClassVar[str] = "cases.delivered"
    case: str
    task_code: str
    division: str
    department: str


@dataclass(frozen=True, slots=True)
class CaseSupplementAsked(Event):
    """The applicant was told once what is missing."""

    NAME: ClassVar[str] = "cases.supplement_asked"
    case: str
    department: str


@dataclass(frozen=True, slots=True)
class CaseSupplemented(Event):
    """The applicant gave what was missing."""

    NAME: ClassVar[str] = "cases.supplemented"
    case: str
    department: str
