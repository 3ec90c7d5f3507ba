"""What the outbox does for itself."""

from __future__ import annotations

from shudao.foundation.outbox.api import every
from shudao.foundation.outbox.services.operate import sweep
from shudao.kernel.time import now


@every("outbox.sweep", seconds=86_400)
def sweep_old() -> None:
    sweep(now=now())
