"""Write a message into a mailbox, and its e-mail into the queue, once for a key."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django_tasks import task

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.messages.contracts import Mail
from shudao.foundation.messages.models import MessageRow
from shudao.foundation.messages.services.deliver import deliver
from shudao.foundation.outbox.api import own_transactions
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text

LONGEST_KEY = 200


def send(*, to: str, subject: Text, body: Text, about: str, key: str, email: str, acting: Actor, now: datetime) -> str:
    if not key or len(key) > LONGEST_KEY:
        raise Invalid(fields={"key": "请求编号不能为空，且不超过200个字符。"})
    email = email or _demo_address(to)
    row = MessageRow(
        to=to,
        key=key,
        subject=_one_line(subject.zh)[:200],
        subject_en=_one_line(subject.en)[:300],
        body=body.zh,
        body_en=body.en,
        about=about,
        sent_at=now,
        email=email,
        mail=Mail.QUEUED if email else Mail.NONE,
    )
    with transaction.atomic():
        MessageRow.objects.bulk_create([row], ignore_conflicts=True)
        kept: str = MessageRow.objects.values_list("id", flat=True).get(key=key)
        if kept == row.id:
            after = {"to": to, "about": about}
            audit.record(acting=acting, action="messages.send", target=row.id, now=now, after=after)
            if email:
                deliver_mail.enqueue(row.id)
    return kept


@task()
@own_transactions
def deliver_mail(message: str) -> None:
    deliver(message)


def _demo_address(to: str) -> str:
    """Where a demo's mail goes, so that one sees it; nowhere in an installation that sets no domain."""
    return f"{to.lower()}@{settings.MAIL_DOMAIN}" if settings.MAIL_DOMAIN else ""


def _one_line(text: str) -> str:
    """A line break in a subject would be a mail header of the writer's choice."""
    return " ".join(text.split())
