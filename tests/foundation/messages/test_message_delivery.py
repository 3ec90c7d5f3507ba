"""Messages reach their mailbox at once and by e-mail, and never twice."""

from __future__ import annotations

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connections

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor, RoleGrant
from shudao.foundation.messages import api as messages
from shudao.foundation.messages.contracts import Mail, NoSuchMessage
from shudao.foundation.messages.models import MessageRow
from shudao.foundation.outbox import api as outbox
from shudao.kernel import time
from shudao.kernel.errors import Invalid
from shudao.kernel.texts import Text

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stopped_clock() -> Any:
    with time.using_clock(time.fixed(NOON)):
        yield


def _send(to: str = "01ALICE", key: str = "cases.accepted:1", **options: Any) -> str:
    return messages.send(
        to=to,
        subject=Text("您的申请已受理", "Your application was accepted"),
        body=Text("办件编号：1。", "Case number: 1."),
        about="case-1",
        key=key,
        acting=SYSTEM,
        now=NOON,
        **options,
    )


@pytest.mark.django_db
def test_a_message_lies_in_its_mailbox_at_once() -> None:
    number = _send()
    (found,) = messages.inbox("01ALICE").items
    assert (found.id, found.subject.en, found.about, found.mail) == (
        number,
        "Your application was accepted",
        "case-1",
        Mail.NONE,
    )
    assert messages.unread("01ALICE") == 1
    assert messages.inbox("01BOB").total == 0
    assert audit.entries(target=number)[0].action == "messages.send"


@pytest.mark.django_db
def test_the_same_key_writes_one_message_and_one_mail() -> None:
    first = _send(email="alice@example.org")
    assert _send(email="alice@example.org") == first
    outbox.drain()
    assert len(mail.outbox) == 1
    assert messages.inbox("01ALICE").total == 1
    outbox.drain()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_the_mail_says_both_languages_and_keeps_its_id() -> None:
    number = _send(email="alice@example.org")
    outbox.drain()
    (sent,) = mail.outbox
    assert sent.subject == "您的申请已受理 / Your application was accepted"
    assert sent.body == "办件编号：1。\n\nCase number: 1."
    assert sent.extra_headers["Message-ID"] == f"<{number}@shudao>"
    assert messages.message("01ALICE", number).mail == Mail.SENT


@pytest.mark.django_db
def test_a_subject_cannot_add_mail_headers() -> None:
    messages.send(
        to="a",
        subject=Text("好\r\nBcc: all@example.org"),
        body=Text("x"),
        about="",
        key="k",
        email="a@example.org",
        acting=SYSTEM,
        now=NOON,
    )
    outbox.drain()
    assert mail.outbox[0].recipients() == ["a@example.org"]
    assert mail.outbox[0].subject == "好 Bcc: all@example.org"


@pytest.mark.django_db
def test_a_mail_server_that_says_no_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    number = _send(email="alice@example.org")

    def refuse(_mail: EmailMessage) -> int:
        raise smtplib.SMTPDataError(451, b"later")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        outbox.drain(strict=False)
    assert messages.message("01ALICE", number).mail == Mail.QUEUED
    with time.using_clock(time.fixed(NOON + timedelta(minutes=1))):
        outbox.drain()
    assert messages.message("01ALICE", number).mail == Mail.SENT
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_mail_that_may_have_gone_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    number = _send(email="alice@example.org")
    send = EmailMessage.send

    def break_off(message: EmailMessage) -> int:
        send(message)
        raise TimeoutError

    monkeypatch.setattr(EmailMessage, "send", break_off)
    outbox.drain(strict=False)
    with time.using_clock(time.fixed(NOON + timedelta(minutes=1))):
        outbox.drain()
    assert len(mail.outbox) == 1
    assert [found.id for found in messages.unclear()] == [number]


@pytest.mark.django_db
def test_a_mail_found_in_the_middle_of_sending_is_not_sent_again() -> None:
    """What a killed worker leaves."""
    number = _send(email="alice@example.org")
    MessageRow.objects.update(mail=Mail.SENDING)
    outbox.drain()
    assert mail.outbox == []
    assert messages.message("01ALICE", number).mail == Mail.UNCLEAR


@pytest.mark.django_db(transaction=True)
def test_many_with_the_same_key_at_once_write_one() -> None:
    def one(_number: int) -> str:
        try:
            return _send(email="alice@example.org")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(24)))) == 1
    MessageRow.objects.get()
    with time.using_clock(lambda: datetime.now(UTC)):  # the threads had the machine's clock
        outbox.drain()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_message_needs_a_key(key: str) -> None:
    with pytest.raises(Invalid):
        _send(key=key)


@pytest.mark.django_db
def test_reading_is_for_the_mailbox_alone() -> None:
    first, second = _send(key="1"), _send(key="2")
    with pytest.raises(NoSuchMessage):
        messages.mark_read("01BOB", message=first, now=NOON)
    with pytest.raises(NoSuchMessage):
        messages.message("01BOB", first)
    assert messages.mark_read("01ALICE", message=first, now=NOON) == 1
    assert messages.unread("01ALICE") == 1
    assert [found.id for found in messages.inbox("01ALICE", unread_only=True).items] == [second]
    assert messages.mark_read("01ALICE", now=NOON) == 1
    assert messages.mark_read("01ALICE", message=first, now=NOON + timedelta(1)) == 0
    assert messages.message("01ALICE", first).read_at == NOON


@pytest.mark.django_db
def test_a_clerk_reads_the_departments_mailbox_too() -> None:
    roles = (
        RoleGrant("clerk", "DEPT", None),
        RoleGrant("reviewer", "DEPT", "510100000000"),
        RoleGrant("leader", None, None),
    )
    clerk = Actor(account="01CLERK", kind="staff", roles=roles)
    assert messages.mailboxes(clerk) == ("01CLERK", "DEPT")
    _send("DEPT", "1")
    _send("01CLERK", "2")
    _send("OTHER", "3")
    page = messages.inbox(messages.mailboxes(clerk), size=1)
    assert (page.total, page.pages, len(page.items)) == (2, 2, 1)
    assert messages.inbox(messages.mailboxes(clerk), about="none").total == 0
