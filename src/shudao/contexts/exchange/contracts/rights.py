"""Requests, and the grants that they become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shudao.kernel.texts import Text


class Purpose(StrEnum):
    """What data may be asked for; a grant names exactly one."""

    HANDLING = "handling"
    VERIFICATION = "verification"
    SUPERVISION = "supervision"


PURPOSES: dict[Purpose, Text] = {
    Purpose.HANDLING: Text("办理政务服务事项", "Handling a service matter"),
    Purpose.VERIFICATION: Text("核验申请信息", "Verifying what an applicant states"),
    Purpose.SUPERVISION: Text("事中事后监管", "Supervision during and after"),
}


class RequestState(StrEnum):
    """
    Where a sharing request stands.

    PROPOSED: one officer of the source agreed, and the most sensitive data need a second one. WITHDRAWN: by who asked.
    """

    PENDING = "pending"
    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# How long before its end a grant may be renewed, and its caller is told so.
RENEWABLE = timedelta(days=30)
OPEN_STATES = (RequestState.PENDING, RequestState.PROPOSED)


class Ending(StrEnum):
    """How a grant ended before its last day: taken back by source or bureau, or given back by the caller."""

    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


class Standing(StrEnum):
    """How a grant stands on a local day, in the order in which one excludes the next; ENDING may be renewed."""

    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    FUTURE = "future"
    ENDING = "ending"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    The right that a department asks for.

    Args:
        system: Client id of the system that will call.
        resource: Resource code.
        fields: Only what the purpose needs; each an item of the resource.
        purpose: One purpose.
        scenario: What it is used for, in words.
        legal_basis: Why the department may have it.
        valid_from: First local day.
        valid_to: Last local day; at most 3 years later.
        matters: Basic item codes it is limited to; empty for any of the resource's.
        row_scope: 12-digit division whose rows alone are asked for; "" for all.
        quota: Calls a day; 0 for no limit.
        rate: Calls a second; 0 for no limit.
        verify_only: Yes or no for each field, never the value.
        renews: Number of the grant that this one is to follow; then `valid_from` is the day after its last.
    """

    system: str
    resource: str
    fields: tuple[str, ...]
    purpose: Purpose
    scenario: Text
    legal_basis: Text
    valid_from: date
    valid_to: date
    matters: tuple[str, ...] = ()
    row_scope: str = ""
    quota: int = 0
    rate: int = 0
    verify_only: bool = False
    renews: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What the source gives of what was asked: each part as in `Wanted`, the same or less."""

    fields: tuple[str, ...]
    valid_from: date
    valid_to: date
    matters: tuple[str, ...] = ()
    row_scope: str = ""
    quota: int = 0
    rate: int = 0
    verify_only: bool = False


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """
    A department's request for data and what became of it.

    `due_on` is the last local day for the source's reply, `extended_why` says why it was moved once. `given` is what a
    grant gives, or what the first of two officers proposes; `narrowed` names its parts that are less than asked.
    """

    number: str
    system: str
    resource: str
    fields: tuple[str, ...]
    purpose: Purpose
    scenario: Text
    legal_basis: Text
    matters: tuple[str, ...]
    row_scope: str
    quota: int
    valid_from: date
    valid_to: date
    state: RequestState
    requested_by: str
    requested_at: datetime
    department: str
    provider: str
    due_on: date
    decided_by: str = ""
    decided_at: datetime | None = None
    opinion: str = ""
    basis: str = ""
    grant: str = ""
    rate: int = 0
    verify_only: bool = False
    renews: str = ""
    sensitivity: int = 0
    given: Given | None = None
    narrowed: tuple[str, ...] = ()
    proposed_by: str = ""
    extended_why: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""
    reply_duty: str = ""

    def overdue(self, today: date) -> bool:
        """Whether the source's reply is late on `today` (local)."""
        return self.state in OPEN_STATES and self.due_on < today


@dataclass(frozen=True, slots=True)
class Grant:
    """
    The right of one caller to one resource.

    Args:
        number: Id of the grant; every ledger entry names it.
        system: Caller's client id.
        resource: Resource code.
        fields: The fields the caller gets, in the resource's order; nothing else ever leaves.
        purpose: The one purpose.
        legal_basis: Why the caller may.
        matters: Basic item codes it is limited to; empty for any.
        row_scope: 12-digit division whose rows alone may be seen; "" for all.
        quota: Calls a day; 0 for no limit.
        valid_from: First local day.
        valid_to: Last local day.
        revoked_at: When it was withdrawn, None while it stands.
        rate: Calls a second; 0 for no limit.
        verify_only: Yes or no for each field, never the value.
        ended_as: How it ended before its time, None where it did not.
        renews: The grant that it follows, "" where there is none.
        suspended_until: Last local day on which the bureau has it suspended, None where it has not.
        suspended_why: The bureau's reason.
        supply_due_on: Last local day on which the source has to supply.
        supplied_at: When it did: see `services/supplying.py`; None while it has not.
    """

    number: str
    system: str
    resource: str
    fields: tuple[str, ...]
    purpose: Purpose
    legal_basis: Text
    matters: tuple[str, ...]
    row_scope: str
    quota: int
    valid_from: date
    valid_to: date
    request: str
    revoked_at: datetime | None = None
    revoked_why: str = ""
    rate: int = 0
    verify_only: bool = False
    ended_as: Ending | None = None
    renews: str = ""
    suspended_until: date | None = None
    suspended_why: str = ""
    supply_due_on: date | None = None
    supplied_at: datetime | None = None

    def suspended(self, today: date) -> bool:
        """Whether it gives nothing on `today` (local) because the bureau said so."""
        return self.suspended_until is not None and today <= self.suspended_until

    def renewable(self, today: date) -> bool:
        """Whether its caller may ask on `today` (local) for one that follows it."""
        return self.revoked_at is None and today <= self.valid_to <= today + RENEWABLE

    def standing(self, today: date) -> Standing:
        """How it stands on `today` (local)."""
        if self.revoked_at is not None:
            return Standing.RETURNED if self.ended_as is Ending.RETURNED else Standing.WITHDRAWN
        tests = {
            Standing.EXPIRED: self.valid_to < today,
            Standing.SUSPENDED: self.suspended(today),
            Standing.FUTURE: self.valid_from > today,
            Standing.ENDING: self.renewable(today),
        }
        return next((one for one, true in tests.items() if true), Standing.VALID)

    def supply_overdue(self, today: date) -> bool:
        """Whether the source should have supplied by now; a right that ended is owed nothing."""
        if self.supplied_at or self.revoked_at or self.supply_due_on is None:
            return False
        return self.supply_due_on < today <= self.valid_to


@dataclass(frozen=True, slots=True)
class RequestsLooked:
    """
    Which requests a list shows.

    Args:
        departments: Those that asked or have to answer; None for all, an empty one for none.
        resource: Resource code; "" for any.
        state: None for any.
        overdue: Only those whose reply is late.
        sort: "due" (open ones first), "asked" or "resource", with "-" the other way round; else newest first.
    """

    departments: tuple[str, ...] | None = None
    resource: str = ""
    state: RequestState | None = None
    overdue: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class GrantsLooked:
    """
    Which grants a list shows.

    Args:
        resource: Resource code; "" for any.
        standings: How they stand today; empty for any way.
        unsupplied: Only those whose source should have supplied by now.
        sort: "from", "until" or "resource", with "-" the other way round; else newest first.
    """

    resource: str = ""
    standings: tuple[Standing, ...] = ()
    unsupplied: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A grant snapshot as written for the gateway: `number` counts up, `digest` is the file's SHA-256 (hex)."""

    number: int
    digest: str
    grants: int
    systems: int
    at: datetime
