"""Scheduled work of conformance."""

from __future__ import annotations

from datetime import timedelta

from shudao.contexts.conformance import api
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import now

CHECK_SECONDS = 86_400
END_SECONDS = 3_600


@outbox.every("conformance.check", seconds=CHECK_SECONDS)
@outbox.own_transactions
def check() -> None:
    """Look at the whole province once a day, whatever was told meanwhile."""
    last, instant = api.last_run(), now()
    if last is None or instant - last.began_at > timedelta(seconds=CHECK_SECONDS / 2):
        api.check(now=instant)


@outbox.every("conformance.end_exemptions", seconds=END_SECONDS)
def end_exemptions() -> None:
    """Open again what was allowed to stand until yesterday."""
    api.end_exemptions(now=now())
