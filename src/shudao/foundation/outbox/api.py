"""
The door of the outbox: events and jobs in one table, written in the domain transaction, delivered at least once.

Jobs with arguments use django-tasks (`from django_tasks import task`); its backend is the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction

from shudao.foundation.outbox.contracts import FailedJob, Lag
from shudao.foundation.outbox.events import Event
from shudao.foundation.outbox.queries import state as _state
from shudao.foundation.outbox.rules import registry as _registry
from shudao.foundation.outbox.services import emit as _emit
from shudao.foundation.outbox.services import once as _once
from shudao.foundation.outbox.services import operate as _operate
from shudao.foundation.outbox.services import work as _work

T = TypeVar("T")
E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Callable[..., Any])


def unit_of_work() -> transaction.Atomic:
    """Return the context manager in which every write happens: all of it, or nothing. Nests."""
    return transaction.atomic()


def once(*, scope: str, key: str, request: object, result_type: type[T], do: Callable[[], T]) -> T:
    """
    Let `do` take effect once for a key, in one transaction with everything it writes.

    Args:
        scope: What the key is unique in: the act and, where clients choose keys, the account
            ("cases.submit:" + account); at most 160 characters.
        key: The caller's idempotency key, 1–200 characters without NUL.
        request: Everything that makes the request what it is; msgspec-encodable. Only a keyed digest of it is kept.
        result_type: What `do` returns; msgspec-encodable. It is kept as it is for 400 days: no personal data in plain.
        do: The act. If it raises, nothing is kept and the key stays free.

    Returns:
        What `do` returned, the first time it succeeded under this key.

    Raises:
        KeyReused: the key was used for another request.
        Invalid: the key is empty, too long or holds a NUL.
    """
    return _once.once(scope=scope, key=key, request=request, result_type=result_type, do=do)


def emit(event: Event, *, now: datetime) -> None:
    """
    Hand an event to its handlers after the open unit of work commits; nothing if it rolls back.

    Raises:
        RuntimeError: no unit of work is open.
    """
    _emit.emit(event, now=now)


def handles(event: type[E]) -> Callable[[F], F]:
    """
    Register `function(event, *, delivery: str) -> None` for an event; used in a room's `handlers.py`.

    Delivered at least once, in no promised order. The handler's writes and its completion commit together; effects
    outside the database must bear repetition: `delivery` is the same at every attempt and can serve as their key.
    """

    def register(function: F) -> F:
        _registry.add_handler(event, function)
        return function

    return register


def every(name: str, *, seconds: int) -> Callable[[F], F]:
    """Register `function()` to run once in every slot of `seconds` from the epoch on; slots missed are not made up."""

    def register(function: F) -> F:
        _registry.add_schedule(_registry.Schedule(name, seconds, function))
        return function

    return register


def own_transactions(function: F) -> F:
    """
    Mark a handler, task or scheduled function that takes long or talks to other systems: it runs outside a transaction.

    Such a function opens units of work itself and must bear being repeated whole; put the mark beneath `@task()`.
    """
    setattr(function, _registry.OWN_TRANSACTIONS, True)
    return function


def work(*, stop: Callable[[], bool], until_empty: bool = False, lease: timedelta = _work.LEASE) -> int:
    """
    Work on jobs and schedules until `stop()`; a job begun is finished first.

    Args:
        stop: Asked between jobs and while idle.
        until_empty: End when nothing is due.
        lease: A worker silent for so long has lost its job to the next; renewed while one lives.

    Returns:
        How many jobs this worker ran, failures included.
    """
    return _work.work(stop=stop, until_empty=until_empty, lease=lease)


def drain(*, strict: bool = True, limit: int = 10_000) -> int:
    """
    Run everything that is due now, and what that makes, in this thread: for tests and demonstrations. No schedules.

    Args:
        strict: Raise the first failure (after it is settled as always); else go on.
        limit: Raise RuntimeError after so many jobs.

    Returns:
        How many jobs ran.
    """
    return _work.drain(strict=strict, limit=limit)


def failed(*, limit: int = 100) -> list[FailedJob]:
    """Return jobs given up after their last attempt, latest first."""
    return _state.failed(limit=limit)


def replay(job: str, *, now: datetime) -> None:
    """Put a failed job back into the queue with all its attempts. The caller records who did it. Raises NoSuchJob."""
    _operate.replay(job, now=now)


def lag(*, now: datetime) -> Lag:
    """Return how many jobs are due, running and failed, and how long the oldest due one has waited."""
    return _state.lag(now=now)
