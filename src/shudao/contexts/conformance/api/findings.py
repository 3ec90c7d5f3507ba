"""The door to findings, exceptions and rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from shudao.contexts.conformance.contracts.findings import Exemption, Filter, Finding, Rate, Run
from shudao.contexts.conformance.queries import findings as _findings
from shudao.contexts.conformance.queries import rates as _rates
from shudao.contexts.conformance.services import exempting
from shudao.foundation.audit import api as _audit
from shudao.foundation.audit.contracts import Actor, Entry
from shudao.kernel.paging import Page


def findings(wanted: Filter, *, sort: str = "due", page: int = 1, size: int = 20) -> Page[Finding]:
    """
    Return one page of the findings that match everything in `wanted`.

    Args:
        wanted: What the list is narrowed to.
        sort: "due", "opened", "severity", "rule", "division", "name" or "department"; "-" in front turns it round.
        page: From 1.
        size: 1–200.

    Raises:
        Invalid: page or size out of range. DivisionCodeInvalid: `wanted.below` has not 12 digits.
    """
    return _findings.listing(wanted, sort, page, size)


def finding(number: str) -> Finding:
    """Return one finding. Raises FindingUnknown."""
    return _findings.one(number)


def history(number: str) -> list[Entry]:
    """Return what happened to a finding, newest first."""
    return _audit.entries(target=number)


def exemptions(finding: str) -> list[Exemption]:
    """Return what was asked for a finding, newest first."""
    return _findings.exemptions(finding)


def asked_exemptions(*, page: int = 1, size: int = 20) -> Page[tuple[Exemption, Finding]]:
    """Return one page of what waits for a decision, the oldest first, each with its finding."""
    return _findings.asked(page, size)


def ask_exemption(
    *, finding: str, reason: str, basis: Sequence[str], until: date, acting: Actor, now: datetime, key: str
) -> Exemption:
    """
    Ask that a finding may stand until a day.

    Args:
        finding: Its number.
        reason: Why, at most 500 characters.
        basis: Codes of articles in force that allow it, at least one.
        until: Local day, after today, within two years.
        acting: A matter manager of the department that owes it, or of the body itself.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        FindingUnknown. FindingNotOpen: closed, exempt or asked for already. ExemptionInvalid: a part is missing.
        Forbidden: `acting` is not of that department. SignInNeeded.

    Emits:
        ExemptionAsked, after commit.
    """
    return exempting.ask(finding=finding, reason=reason, basis=basis, until=until, acting=acting, now=now, key=key)


def decide_exemption(
    *, exemption: str, approved: bool, opinion: str, acting: Actor, now: datetime, key: str
) -> Exemption:
    """
    Approve or refuse; an approved one lets the finding stand and closes its duty where nothing else is open under it.

    Raises:
        NotFound. ExemptionSettled: it was decided, or the finding is closed. ExemptionInvalid: no opinion.
        OwnExemption: `acting` asked for it, or works for the department. Forbidden: not of the data bureau.

    Emits:
        ExemptionDecided, after commit.
    """
    return exempting.decide(exemption=exemption, approved=approved, opinion=opinion, acting=acting, now=now, key=key)


def end_exemptions(*, now: datetime) -> int:
    """Open again what might stand until yesterday, with a new day and duty; return how many. Runs every hour."""
    return exempting.end(now=now)


def may_ask(acting: Actor, finding: Finding) -> bool:
    """Return whether `acting` may ask for an exception from this finding."""
    return exempting.may_ask(acting, finding.owner, finding.department)


def may_decide(acting: Actor, exemption: Exemption, finding: Finding) -> bool:
    """Return whether `acting` may decide about it."""
    return exempting.may_decide(acting, exemption.asked_by, finding.owner, finding.department)


def rate(below: str) -> Rate:
    """Return how much is in order of all that a division (12 digits) and those below it implement or ought to."""
    return _rates.overall(below)


def rates_by_rule(below: str) -> list[Rate]:
    """Return the same for each rule, in the order of `rules()`."""
    return _rates.by_rule(below)


def rates_by_division(below: str) -> dict[str, Rate]:
    """Return the same for each division directly below that has anything; its own bodies stand under its own code."""
    return _rates.by_division(below)


def rates_by_kind(below: str) -> dict[str, Rate]:
    """Return the same for each kind of body."""
    return _rates.by_kind(below)


def checked_since(event: str) -> bool:
    """Return whether a check of the whole province began after the event or job of this id was made."""
    return _findings.checked_since(event)


def last_run() -> Run | None:
    """Return the last check of the whole province, None before the first."""
    return _findings.last_run()
