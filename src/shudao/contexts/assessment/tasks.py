"""Scheduled work of assessment."""

from __future__ import annotations

from shudao.contexts.assessment import api
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now

COUNT_SECONDS = 86_400


@outbox.every("assessment.count_waiting_cases", seconds=COUNT_SECONDS)
@outbox.own_transactions
def count_waiting_cases() -> None:
    """Count what barriers cost applicants meanwhile."""
    api.count_waiting_cases(now=now())
