"""The door to checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shudao.contexts.conformance.contracts.findings import Checked
from shudao.contexts.conformance.contracts.rules import Rule
from shudao.contexts.conformance.rules.catalogue import RULES
from shudao.contexts.conformance.services import surveying


def rules() -> dict[str, Rule]:
    """Return every rule by its code, in the order in which they are looked at."""
    return dict(RULES)


def check(*, now: datetime) -> Checked:
    """
    Check every implementation of the province, and every basic item.

    New deviations are opened as findings with a duty, those that are no more are closed; the same province again
    changes nothing. Bodies that implement nothing at all are counted, not accused.

    Emits:
        FindingsChanged, after commit, once for each portion.
    """
    return surveying.whole(now=now)


def check_items(catalog_codes: Iterable[str], *, now: datetime) -> Checked:
    """Check some basic items (12 digits) with all that carry them out; emits as `check`."""
    return surveying.of_items(catalog_codes, now=now)


def check_implementations(task_codes: Iterable[str], *, now: datetime) -> Checked:
    """Check some implementations (31 characters, at most a few hundred), also such as are gone; emits as `check`."""
    return surveying.of_implementations(task_codes, now=now)
