"""
Hand one e-mail over, never twice.

"Sending" is committed before the hand-over. Who finds it afterwards cannot know whether the mail went: it is marked
unclear and not sent again.
"""

from __future__ import annotations

import smtplib
import socket

from django.core.mail import EmailMessage
from django.db import transaction

from shudao.foundation.messages.contracts import Mail
from shudao.foundation.messages.models import MessageRow
from shudao.kernel.time import now

# The other side said no, or was never reached: the mail certainly did not go.
_CERTAINLY_NOT_SENT = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ConnectionRefusedError,
    socket.gaierror,
)


def deliver(message: str) -> None:
    row = _take(message)
    if row is None:
        return
    try:
        _mail(row).send()
    except _CERTAINLY_NOT_SENT:
        _mark(row, Mail.QUEUED)
        raise  # the outbox tries again later
    except Exception:
        _mark(row, Mail.UNCLEAR)
        raise
    _mark(row, Mail.SENT)


def _take(message: str) -> MessageRow | None:
    with transaction.atomic():
        row = MessageRow.objects.select_for_update().filter(pk=message).first()
        if row is None or row.mail not in (Mail.QUEUED, Mail.SENDING):
            return None
        lost = row.mail == Mail.SENDING
        row.mail = Mail.UNCLEAR if lost else Mail.SENDING
        row.save(update_fields=["mail"])
        return None if lost else row


def _mark(row: MessageRow, mail: Mail) -> None:
    MessageRow.objects.filter(pk=row.pk).update(mail=mail, mailed_at=now() if mail is Mail.SENT else None)


def _mail(row: MessageRow) -> EmailMessage:
    subject = " / ".join(filter(None, (row.subject, row.subject_en)))
    body = "\n\n".join(filter(None, (row.body, row.body_en)))
    # The same id at every attempt lets a receiving server notice a repeat.
    return EmailMessage(subject, body, to=[row.email], headers={"Message-ID": f"<{row.pk}@shudao>"})
