"""What the room of conformance tells others, after commit: numbers only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class FindingsChanged(Event):
    """Findings were opened and closed: one event for a portion of a check, at most 500 numbers in each."""

    NAME: ClassVar[str] = "conformance.findings_changed"

    opened: tuple[str, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExemptionAsked(Event):
    """Somebody wants a finding to stand."""

    NAME: ClassVar[str] = "conformance.exemption_asked"

    exemption: str
    finding: str


@dataclass(frozen=True, slots=True)
class ExemptionDecided(Event):
    """Somebody else decided about it; `state` is "approved" or "refused"."""

    NAME: ClassVar[str] = "conformance.exemption_decided"

    exemption: str
    finding: str
    state: str


@dataclass(frozen=True, slots=True)
class ExemptionEnded(Event):
    """Its day is past: the finding is open again."""

    NAME: ClassVar[str] = "conformance.exemption_ended"

    exemption: str
    finding: str
