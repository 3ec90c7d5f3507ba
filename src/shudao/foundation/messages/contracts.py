"""Messages as their readers and an operator see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shudao.kernel.errors import NotFound
from shudao.kernel.texts import Text


class Mail(StrEnum):
    """
    Where the e-mail of a message stands.

    NONE: no address given. QUEUED: on its way. SENDING: being handed over. SENT: handed over. UNCLEAR: the worker was
    lost, or the line broke, while handing over: it may have gone, so it is not sent again; the inbox has the message.
    """

    NONE = "none"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Message:
    """`to` is a mailbox: an account's public id or a department's credit code; `about` the public code it is about."""

    id: str
    to: str
    subject: Text
    body: Text
    about: str
    sent_at: datetime
    read_at: datetime | None
    mail: Mail


class NoSuchMessage(NotFound):
    """No such message in these mailboxes."""

    code = "messages.no_such_message"
