"""What the participation room does about events."""

from __future__ import annotations

from shudao.contexts.participation.events import BadRating
from shudao.contexts.participation.services import follow_up
from shudao.foundation.outbox import api as outbox
from shudao.kernel import time


@outbox.handles(BadRating)
def contact_the_applicant(event: BadRating, *, delivery: str) -> None:
    """A bad rating is followed up."""
    follow_up.open_duty(event, now=time.now())
