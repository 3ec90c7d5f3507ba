"""
The door of messages: into a mailbox at once, by e-mail through the queue, never twice.

A mailbox is an account's public id or a department's credit code. A department's mailbox is read by everybody who holds
a role there: `mailboxes(actor)` names all of an actor's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.messages.contracts import Message
from shudao.foundation.messages.queries import inbox as _inbox
from shudao.foundation.messages.services import read as _read
from shudao.foundation.messages.services import send as _send
from shudao.kernel.paging import Page
from shudao.kernel.texts import Text


def mailboxes(actor: Actor) -> tuple[str, ...]:
    """Return the mailboxes an actor reads: the own account's, then those of the departments of the role grants."""
    departments = sorted({grant.department for grant in actor.roles if grant.department})
    return tuple(filter(None, (actor.account, *departments)))


def send(
    *,
    to: str,
    subject: Text,
    body: Text,
    about: str,
    key: str,
    acting: Actor,
    now: datetime,
    email: str = "",
) -> str:
    """
    Write a message; a repeat with the same key does nothing.

    Args:
        to: Mailbox: public id of an account, or credit code of a department.
        subject: One line, at most 200 characters.
        body: Plain text; codes and states, no personal data.
        about: Public code of what it is about (a case number), or "".
        key: Unique to this message, 1–200 characters: "cases.accepted:" + number.
        acting: On whose behalf.
        now: Aware, UTC.
        email: Where to send it as well, "" for nowhere. Retried until handed over; not repeated where the outcome of a
            hand-over is unknown.

    Returns:
        The message's id, of the first message under this key.

    Raises:
        Invalid: no key, or one too long.
    """
    return _send.send(to=to, subject=subject, body=body, about=about, key=key, email=email, acting=acting, now=now)


def inbox(
    account: str | Sequence[str], *, unread_only: bool = False, about: str = "", page: int = 1, size: int = 20
) -> Page[Message]:
    """Return one page of one or several mailboxes, newest first; `about` narrows to one code."""
    return _inbox.inbox(_several(account), unread_only=unread_only, about=about, page=page, size=size)


def message(account: str | Sequence[str], number: str) -> Message:
    """Return one message of these mailboxes. Raises NoSuchMessage, also for another's."""
    return _inbox.message(_several(account), number)


def unread(account: str | Sequence[str]) -> int:
    """Return how many messages of these mailboxes nobody has read."""
    return _inbox.unread(_several(account))


def mark_read(account: str | Sequence[str], *, message: str | None = None, now: datetime) -> int:
    """
    Mark one message of these mailboxes as read, or all without one.

    Returns:
        How many were unread. Raises NoSuchMessage for one that is not in these mailboxes.
    """
    return _read.mark_read(mailboxes=_several(account), message=message, now=now)


def unclear(*, limit: int = 100) -> list[Message]:
    """Return messages whose e-mail may or may not have gone, newest first: for an operator."""
    return _inbox.unclear(limit=limit)


def _several(account: str | Sequence[str]) -> Sequence[str]:
    return (account,) if isinstance(account, str) else account
