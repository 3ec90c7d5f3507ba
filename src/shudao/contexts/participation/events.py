"""What the participation room tells the house, after commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class BadRating(Event):
    """An applicant rated a case 1 or 2: the department owes contact."""

    NAME: ClassVar[str] = "participation.bad_rating"
    case: str
    department: str
    division: str
    level: int
