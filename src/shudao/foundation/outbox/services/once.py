"""Let a request that carries a key take effect once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from django.db import transaction
from django.utils.crypto import salted_hmac

from shudao.foundation.outbox.contracts import KeyReused
from shudao.foundation.outbox.models import Answer
from shudao.kernel.errors import Invalid
from shudao.kernel.ids import new_id
from shudao.kernel.time import now

T = TypeVar("T")
LONGEST_KEY = 200


def once(*, scope: str, key: str, request: object, result_type: type[T], do: Callable[[], T]) -> T:
    if not key or len(key) > LONGEST_KEY or "\0" in key:  # PostgreSQL keeps no NUL
        raise Invalid(fields={"key": "请求编号不能为空，且不超过200个字符。"})
    digest = _digest(request)
    with transaction.atomic():
        kept = _claim(scope, key, digest)
        if kept is not None:
            if kept.request != digest:
                raise KeyReused(key=key)
            return msgspec.json.decode(kept.result, type=result_type)
        result = do()
        encoded = msgspec.json.encode(result).decode()
        Answer.objects.filter(scope=scope, key=key).update(result=encoded)
        return result


def _claim(scope: str, key: str, digest: str) -> Answer | None:
    """Return what is kept for the key, or None after making it ours."""
    kept = Answer.objects.filter(scope=scope, key=key).first()
    if kept is not None:
        return kept
    mine = new_id()
    # PostgreSQL waits here for a rival's transaction to end; SQLite let only one of them begin.
    row = Answer(scope=scope, key=key, request=digest, owner=mine, created_at=now())
    Answer.objects.bulk_create([row], ignore_conflicts=True)
    kept = Answer.objects.get(scope=scope, key=key)
    return None if kept.owner == mine else kept


def _digest(request: object) -> str:
    # Keyed, because a request may hold a resident ID, and a bare digest of one can be guessed.
    encoded = msgspec.json.encode(request, order="deterministic")
    return salted_hmac("shudao.outbox.once", encoded, algorithm="sha256").hexdigest()
