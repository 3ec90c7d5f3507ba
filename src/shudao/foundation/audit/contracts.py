"""Who acts, and what the audit trail says about an act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role held for a department (credit code; None for all) and below a division (12-digit code; None for all)."""

    role: str
    department: str | None
    division: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """
    Who does something: handed to every function that changes state.

    `account` is the public id of the account ("" anonymous, "system" the platform itself). `kind` is "person", "staff",
    "system" or "anonymous". `name` is to show. `person` is identity's person key where a citizen acts, `company` the
    credit code where the act is for a company. `roles` are the grants in force when the actor was made.
    """

    account: str
    kind: str
    name: str = ""
    person: str = ""
    company: str = ""
    roles: tuple[RoleGrant, ...] = ()


SYSTEM = Actor(account="system", kind="system", name="系统")
NOBODY = Actor(account="", kind="anonymous")


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One change of state as the trail keeps it.

    `sequence` grows with every entry. `action` is "room.verb" ("cases.accept"), `target` the public code of what
    changed, `case` the case number where there is one. `before` and `after` hold codes and states, never personal data
    in plain.
    """

    sequence: int
    instant: datetime
    account: str
    kind: str
    action: str
    target: str
    case: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    reason: str


class OutsideTransactionError(RuntimeError):
    """A fault of the caller, not of the user: an entry that could outlive a rolled-back change would be a lie."""


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or remove an entry."""
