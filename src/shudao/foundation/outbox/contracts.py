"""What the outbox tells others: refusals, and jobs as an operator sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shudao.kernel.errors import Conflict, NotFound


class KeyReused(Conflict):
    """The idempotency key was used before, for another request."""

    code = "outbox.key_reused"
    says = "这个请求编号已用于内容不同的另一次提交。"
    advice = "请刷新页面后重新提交；系统对接方请为新的请求生成新的编号。"


class NoSuchJob(NotFound):
    """There is no failed job of that id."""

    code = "outbox.no_such_job"
    says = "没有找到这项失败的后台任务。"
    advice = "请刷新任务列表；它可能已经重新执行。"


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job whose last attempt failed. `kind` is "event", "task" or "schedule"; `error` hides long numbers."""

    id: str
    kind: str
    name: str
    handler: str
    attempts: int
    created_at: datetime
    failed_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Lag:
    """How the queue stands: jobs due, running, failed; `oldest_seconds` is how long the oldest due one has waited."""

    due: int
    running: int
    failed: int
    oldest_seconds: float
