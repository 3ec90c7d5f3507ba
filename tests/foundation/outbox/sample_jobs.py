"""An event, its handlers, tasks and a schedule for the outbox's tests; their effects are audit entries to count."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import ClassVar

from django_tasks import TaskContext, task

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event
from shudao.foundation.outbox.models import Job
from shudao.kernel.time import now


@dataclass(frozen=True, slots=True)
class LanternLit(Event):
    NAME: ClassVar[str] = "sample.lantern_lit"
    lantern: str


broken: set[str] = set()
ran: list[str] = []


def effects(target: str) -> int:
    return len(audit.entries(target=target))


@outbox.handles(LanternLit)
def note_lantern(event: LanternLit, *, delivery: str) -> None:
    audit.record(acting=SYSTEM, action="sample.note", target=event.lantern, now=now(), reason=delivery)
    if event.lantern in broken:
        raise ValueError("the lantern of 510104199001011234 fell")


@outbox.handles(LanternLit)
def announce_lantern(event: LanternLit, *, delivery: str) -> None:
    audit.record(acting=SYSTEM, action="sample.announce", target=f"{event.lantern}!", now=now(), reason=delivery)


@task()
def sweep_street(street: str, *, twice: bool = False) -> int:
    ran.append(street)
    audit.record(acting=SYSTEM, action="sample.sweep", target=street, now=now())
    return 2 if twice else 1


@task(priority=5)
def sweep_first(street: str) -> None:
    ran.append(street)


@task(takes_context=True)
def count_attempts(context: TaskContext) -> int:
    return context.attempt


@task()
@outbox.own_transactions
def slow_walk(street: str) -> None:
    with outbox.unit_of_work():
        audit.record(acting=SYSTEM, action="sample.walk", target=street, now=now())


@task()
def freeze_while_working(target: str) -> None:
    """Writes, says so, and then stands still until somebody kills the process; elsewhere it just finishes."""
    audit.record(acting=SYSTEM, action="sample.freeze", target=target, now=now())
    if os.environ.get("SAMPLE_FREEZES"):
        print("begun", flush=True)
        time.sleep(60)


def tick() -> None:
    ran.append("tick")


def stumble() -> None:
    raise ValueError


@task()
def lose_the_lease(target: str) -> None:
    """Writes while another worker takes the job over."""
    audit.record(acting=SYSTEM, action="sample.lose", target=target, now=now())
    Job.objects.filter(state="running").update(worker="another", attempts=9)
