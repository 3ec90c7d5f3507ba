"""Messages to mailboxes, and how their e-mails stand."""

from __future__ import annotations

from django.db import models

from shudao.foundation.messages.contracts import Mail
from shudao.kernel.ids import new_id


class MessageRow(models.Model):
    id = models.CharField(primary_key=True, max_length=26, default=new_id)
    to = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=200)
    subject_en = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    body_en = models.TextField(blank=True)
    about = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    email = models.CharField(max_length=254, blank=True)
    mail = models.CharField(max_length=8, default=Mail.NONE)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["to", "-id"], name="message_inbox"),
            models.Index(fields=["to"], name="message_unread", condition=models.Q(read_at=None)),
            models.Index(fields=["id"], name="message_unclear", condition=models.Q(mail=Mail.UNCLEAR)),
        ]

    def __str__(self) -> str:
        return self.id
