"""Run one job: what it does and that it is done commit together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import msgspec
from django.db import transaction
from django.utils.module_loading import import_string
from django_tasks import TaskContext
from django_tasks.base import Task

from shudao.foundation.outbox.adapters.tasks_backend import result_of
from shudao.foundation.outbox.events import named
from shudao.foundation.outbox.models import EVENT, SCHEDULE, Job
from shudao.foundation.outbox.rules import registry
from shudao.foundation.outbox.services.claim import LeaseLostError, complete, settle_failure

logger = logging.getLogger(__name__)


def perform(job: Job) -> BaseException | None:
    """Run `job`, settle it, and return what went wrong, if anything."""
    try:
        call, apart = _resolve(job)
        if apart:
            complete(job, call())
        else:
            with transaction.atomic():
                complete(job, call())
    except LeaseLostError:
        logger.warning("job %s was taken over while it ran here; its effects are rolled back", job.pk)
    except Exception as error:
        settle_failure(job, error)
        logger.warning("job %s (%s) failed, attempt %d: %s", job.pk, job.name, job.attempts, type(error).__name__)
        return error
    return None


def _resolve(job: Job) -> tuple[Callable[[], object], bool]:
    """Return what to call, and whether it opens its own transactions."""
    if job.kind == EVENT:
        function = registry.handler(job.name, job.handler)
        event = msgspec.json.decode(job.payload, type=named(job.name))
        return (lambda: function(event, delivery=job.pk)), registry.own_transactions(function)
    if job.kind == SCHEDULE:
        schedule = registry.schedule(job.name)
        return (lambda: _nothing(schedule.function())), registry.own_transactions(schedule.function)
    return _task(job)


def _nothing(_result: object) -> None:
    """A schedule's result has no reader."""


def _task(job: Job) -> tuple[Callable[[], object], bool]:
    task = import_string(job.name)
    if not isinstance(task, Task):
        raise LookupError(f"{job.name} is no task")
    arguments: dict[str, Any] = msgspec.json.decode(job.payload)
    args, kwargs = arguments["args"], arguments["kwargs"]
    if task.takes_context:
        args = [TaskContext(task_result=result_of(job)), *args]
    return (lambda: task.call(*args, **kwargs)), registry.own_transactions(task.func)
