"""The door of the conformance room: checks, findings, exceptions, rates."""

from __future__ import annotations

from shudao.contexts.conformance.api.checks import (
    check,
    check_implementations,
    check_items,
    rules,
)
from shudao.contexts.conformance.api.duplicates import duplicates
from shudao.contexts.conformance.api.findings import (
    ask_exemption,
    asked_exemptions,
    checked_since,
    decide_exemption,
    end_exemptions,
    exemptions,
    finding,
    findings,
    history,
    last_run,
    may_ask,
    may_decide,
    rate,
    rates_by_division,
    rates_by_kind,
    rates_by_rule,
)

__all__ = [
    "ask_exemption",
    "asked_exemptions",
    "check",
    "check_implementations",
    "check_items",
    "checked_since",
    "decide_exemption",
    "duplicates",
    "end_exemptions",
    "exemptions",
    "finding",
    "findings",
    "history",
    "last_run",
    "may_ask",
    "may_decide",
    "rate",
    "rates_by_division",
    "rates_by_kind",
    "rates_by_rule",
    "rules",
]
