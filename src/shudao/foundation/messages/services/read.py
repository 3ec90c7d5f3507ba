"""Mark messages as read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shudao.foundation.messages.contracts import NoSuchMessage
from shudao.foundation.messages.models import MessageRow


def mark_read(*, mailboxes: Sequence[str], message: str | None, now: datetime) -> int:
    mine = MessageRow.objects.filter(to__in=mailboxes)
    with transaction.atomic():
        if message is not None:
            mine = mine.filter(pk=message)
            if not mine.exists():
                raise NoSuchMessage()
        return mine.filter(read_at=None).update(read_at=now)
