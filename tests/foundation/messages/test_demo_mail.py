"""A demo's messages lie in a mail file, so that one sees what people are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core import mail

from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.kernel.texts import Text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("domain", "sent"), [("demo.invalid", 1), ("", 0)])
def test_a_message_without_an_address_is_mailed_only_where_a_domain_is_set(
    settings: Any, noon: datetime, domain: str, sent: int
) -> None:
    settings.MAIL_DOMAIN = domain
    text = Text("已受理", "Accepted")
    messages.send(to="ACCOUNT", subject=text, body=text, about="", key="k", acting=SYSTEM, now=noon)
    outbox.drain()
    assert [one.to for one in mail.outbox] == [["account@demo.invalid"]] * sent
