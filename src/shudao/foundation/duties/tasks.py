"""Reminders, every hour."""

from __future__ import annotations

from shudao.foundation.duties import api
from shudao.foundation.outbox.api import every, own_transactions
from shudao.kernel.time import now


@every("duties.remind", seconds=3600)
@own_transactions
def remind() -> None:
    api.remind(now=now())
