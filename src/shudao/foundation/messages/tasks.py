"""The mail job lives beside the use case that enqueues it; naming it here loads it with the app."""

from __future__ import annotations

from shudao.foundation.messages.services.send import deliver_mail as deliver_mail
