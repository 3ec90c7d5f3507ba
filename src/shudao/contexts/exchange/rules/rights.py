"""Who may decide, and what may be given: never more than was asked, never by who asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta

from shudao.contexts.exchange.contracts.registry import Resource
from shudao.contexts.exchange.contracts.rights import RENEWABLE, Given, Grant, ShareRequest, Wanted
from shudao.foundation.audit.contracts import Actor

# From this sensitivity on, two officers of the source have to agree.
TWO_OFFICERS_FROM = 4
# Days in which a grant that nobody uses counts as unused.
UNUSED_AFTER = timedelta(days=90)
EXTENSION_DAYS = 10  # working days, once, for a conditional reply
SUPPLY_DAYS = 20  # working days from consent
_CODE_LENGTHS = (2, 4, 6, 9, 12)


def decides_own(acting: Actor, *, requested_by: str, department: str) -> bool:
    """
    Return whether deciding would be deciding one's own wish: `acting` asked, or holds a role in the asking department.

    Source:
        four eyes (safety goal 9); proved by tests/contexts/exchange/rules/test_requests.py
    """
    if acting.account == requested_by:
        return True
    return any(grant.department == department for grant in acting.roles)


def needs_two(sensitivity: int) -> bool:
    """Return whether a second officer of the source has to confirm what the first would give."""
    return sensitivity >= TWO_OFFICERS_FROM


def as_asked(asked: ShareRequest) -> Given:
    """Return all that was asked for, as something that can be given."""
    return Given(**{part.name: getattr(asked, part.name) for part in fields(Given)})


def narrowed(asked: ShareRequest, given: Given) -> tuple[str, ...]:
    """Return the names of the parts that differ from what was asked, in the order of `Given`."""
    return tuple(part.name for part in fields(Given) if getattr(asked, part.name) != getattr(given, part.name))


def widened(asked: ShareRequest, given: Given, *, resource: Resource, today: date) -> Iterator[tuple[str, str]]:
    """
    Yield (part, what is wrong with it, in Chinese) for all that would give more than was asked, or nothing at all.

    Args:
        asked: The request.
        given: What the source means to give.
        resource: What it is asked of.
        today: Local day; a right that ended before it gives nothing.

    Source:
        State Council Order 809 (2025): no use beyond need; proved by tests/contexts/exchange/rules/test_rights.py
    """
    if not given.fields or not set(given.fields) <= set(asked.fields):
        yield "fields", "只能从申请的字段中授权，至少一项。"
    if given.matters != asked.matters and _wider_matters(given.matters, asked.matters or resource.matters):
        yield "matters", "只能从申请的事项中授权。"
    if not within(given.row_scope, asked.row_scope) or (given.row_scope and not resource.row_field):
        yield "row_scope", "行政区划范围不能超出申请。"
    for name in ("quota", "rate"):
        if _wider_limit(getattr(given, name), getattr(asked, name)):
            yield name, "不能超出申请的调用量。"
    if asked.verify_only and not given.verify_only:
        yield "verify_only", "只申请核验的，不能授权读取。"
    yield from _period(asked, given, today)


def _wider_matters(given: tuple[str, ...], allowed: tuple[str, ...]) -> bool:
    return bool(allowed) and (not given or not set(given) <= set(allowed))


def _wider_limit(given: int, asked: int) -> bool:
    return given < 0 or (asked > 0 and not 0 < given <= asked)


def _period(asked: ShareRequest, given: Given, today: date) -> Iterator[tuple[str, str]]:
    if given.valid_from < asked.valid_from or given.valid_from > given.valid_to:
        yield "valid_from", "授权期限不能早于申请，也不能晚于截止日期。"
    elif asked.renews and given.valid_from != asked.valid_from:
        yield "valid_from", "续期必须与原授权相接。"
    if given.valid_to > asked.valid_to or given.valid_to < today:
        yield "valid_to", "截止日期不能晚于申请，也不能早于今天。"


def within(division: str, scope: str) -> bool:
    """
    Return whether rows of `division` are among those of `scope`: 12-digit codes, "" for everywhere.

    Source:
        GB/T 10114 (prefixes by level); proved by tests/contexts/exchange/rules/test_rights.py
    """
    return not scope or (bool(division) and division.startswith(prefix(scope)))


def prefix(division: str) -> str:
    """Return the significant digits of a division's 12-digit code."""
    bare = division.rstrip("0")
    return division[: next(length for length in _CODE_LENGTHS if length >= len(bare))]


def renewal_problems(wanted: Wanted, renewed: Grant, *, today: date) -> Iterator[tuple[str, str]]:
    """
    Yield (field, what is wrong with it, in Chinese) for a renewal that would not follow its grant day by day.

    Args:
        wanted: What is asked for.
        renewed: The grant that it names.
        today: Local day.

    Source:
        our own rule: no gap, no overlap; proved by tests/contexts/exchange/test_rights_renewing.py
    """
    if (wanted.system, wanted.resource, wanted.purpose) != (renewed.system, renewed.resource, renewed.purpose):
        yield "renews", "续期的系统、资源和用途须与原授权一致。"
    elif renewed.revoked_at is not None or not today <= renewed.valid_to:
        yield "renews", "原授权已经终止，请重新申请。"
    elif renewed.valid_to - today > RENEWABLE:
        yield "renews", "到期前三十天内才能续期。"
    if wanted.valid_from != renewed.valid_to + timedelta(days=1):
        yield "valid_from", "续期须从原授权到期的次日开始。"
