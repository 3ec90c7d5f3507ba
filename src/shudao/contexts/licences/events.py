"""What the licences room tells the house, after commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class LicenceIssued(Event):
    """A licence was issued: `case` is the case that decided it."""

    NAME: ClassVar[str] = "licences.issued"
    number: str
    type_code: str
    case: str
    division: str


@dataclass(frozen=True, slots=True)
class LicenceRevoked(Event):
    """A licence no longer counts."""

    NAME: ClassVar[str] = "licences.revoked"
    number: str
    type_code: str
    division: str
