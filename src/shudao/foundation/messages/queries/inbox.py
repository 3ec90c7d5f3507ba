"""What lies in a mailbox."""

from __future__ import annotations

from collections.abc import Sequence

from shudao.foundation.messages.contracts import Mail, Message, NoSuchMessage
from shudao.foundation.messages.models import MessageRow
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text


def inbox(mailboxes: Sequence[str], *, unread_only: bool, about: str, page: int, size: int) -> Page[Message]:
    first, last = bounds(page, size)
    rows = MessageRow.objects.filter(to__in=mailboxes).order_by("-id")
    if unread_only:
        rows = rows.filter(read_at=None)
    if about:
        rows = rows.filter(about=about)
    return Page(items=tuple(map(_message, rows[first:last])), number=page, size=size, total=rows.count())


def message(mailboxes: Sequence[str], number: str) -> Message:
    row = MessageRow.objects.filter(to__in=mailboxes, pk=number).first()
    if row is None:
        raise NoSuchMessage()
    return _message(row)


def unread(mailboxes: Sequence[str]) -> int:
    return MessageRow.objects.filter(to__in=mailboxes, read_at=None).count()


def unclear(*, limit: int) -> list[Message]:
    return [_message(row) for row in MessageRow.objects.filter(mail=Mail.UNCLEAR).order_by("-id")[:limit]]


def _message(row: MessageRow) -> Message:
    return Message(
        id=row.id,
        to=row.to,
        subject=Text(row.subject, row.subject_en),
        body=Text(row.body, row.body_en),
        about=row.about,
        sent_at=row.sent_at,
        read_at=row.read_at,
        mail=Mail(row.mail),
    )
