"""Write something in the very transaction that publishes a batch: how far a table was read, which rows came good."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from shudao.contexts.pool.models import Batch

Beside = Callable[[Batch], None]
_beside: ContextVar[Beside | None] = ContextVar("beside", default=None)


@contextlib.contextmanager
def publishing(do: Beside) -> Iterator[None]:
    """
    Let `do` run with the row of the batch that is published inside the block, in its transaction.

    What `do` raises undoes the batch. It does not run where the batch was published before under the same key.
    """
    token = _beside.set(do)
    try:
        yield
    finally:
        _beside.reset(token)


@receiver(post_save, sender=Batch, dispatch_uid="pool.beside")
def _published(instance: Batch, created: bool, **rest: Any) -> None:
    do = _beside.get()
    if created and do is not None:
        do(instance)
