"""The door of the conformance room: checks, findings, exceptions, rates."""

from __future__ import annotations

from shudao.contexts.conformance.api.checks import (
    check,
    check_implementations,
    check_items,
    rules,
)

__all__ = [
    "check",
    "check_implementations",
    "check_items",
    "rules",
]
