"""django-tasks' API over the one queue: `enqueue` is an INSERT in the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

from shudao.foundation.outbox.models import DONE, FAILED, RUNNING, TASK, WAITING, Job
from shudao.kernel.time import now

_STATUS = {
    WAITING: TaskResultStatus.READY,
    RUNNING: TaskResultStatus.RUNNING,
    DONE: TaskResultStatus.SUCCESSFUL,
    FAILED: TaskResultStatus.FAILED,
}


class OutboxBackend(BaseTaskBackend):
    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        self.validate_task(task)
        instant = now()
        due_at: datetime = task.run_after or instant
        payload = msgspec.json.encode({"args": normalize_json(args), "kwargs": normalize_json(kwargs)}).decode()
        job = Job.objects.create(
            kind=TASK,
            name=task.module_path,
            payload=payload,
            priority=task.priority,
            due_at=due_at,
            created_at=instant,
        )
        return result_of(job, task=task)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        job = Job.objects.filter(pk=result_id, kind=TASK).first()
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return result_of(job)


def result_of(job: Job, *, task: Task[Any, Any] | None = None) -> TaskResult[Any]:
    """Return a task's job as django-tasks shows it."""
    task = task or import_string(job.name)
    arguments: dict[str, Any] = msgspec.json.decode(job.payload)
    errors = [TaskError(exception_class_path=job.error_class, traceback=job.error)] if job.error else []
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=job.pk,
        status=_STATUS[job.state],
        enqueued_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_attempted_at=job.attempted_at,
        args=arguments["args"],
        kwargs=arguments["kwargs"],
        backend=task.backend,
        errors=errors,
        worker_ids=list(job.workers),
    )
    if job.result:
        object.__setattr__(result, "_return_value", msgspec.json.decode(job.result))
    return result
