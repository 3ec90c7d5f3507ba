"""What a system's contact must look like, and when its owner is warned that its last key ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from shudao.contexts.exchange.contracts.registry import Contact

# Days before the end: the first opens the duty, each is told once.
WARN_DAYS = (30, 7, 1)
_PHONE = re.compile(r"[0-9+() -]{5,40}")
_MAIL = re.compile(r"[^@\s<>\"',;]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def stage(left: timedelta) -> int | None:
    """
    Return which warning is due: the number of days of the last one that has come, None where none has.

    Args:
        left: Time until the key ends; negative once it has ended.
    """
    return next((days for days in reversed(WARN_DAYS) if left <= timedelta(days=days)), None)


def contact_problems(contact: Contact) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for what is missing or malformed in an office's contact."""
    if not 1 <= len(contact.name) <= 60:
        yield "contact_name", "请填写联系处室，最多 60 个字。"
    if not _PHONE.fullmatch(contact.phone):
        yield "contact_phone", "请填写联系处室的电话，例如 028-12345678。"
    if len(contact.mail) > 120 or not _MAIL.fullmatch(contact.mail):
        yield "contact_mail", "请填写联系处室的邮箱，例如 data@dept.example。"
