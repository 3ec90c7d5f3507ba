"""Turn schedules into jobs: at most one for each slot, whatever the clock does, and one at a time."""

from __future__ import annotations

from shudao.foundation.outbox.models import RUNNING, SCHEDULE, WAITING, Job
from shudao.foundation.outbox.rules import registry
from shudao.kernel.time import now


class Planner:
    """Adds the present slot's job of every schedule. A slot missed while nothing ran is not made up for."""

    def __init__(self) -> None:
        self._planned: dict[str, int] = {}

    def plan(self) -> None:
        instant = now()
        for schedule in registry.schedules():
            slot = int(instant.timestamp() // schedule.seconds)
            if self._planned.get(schedule.name) == slot:
                continue
            self._planned[schedule.name] = slot
            if Job.objects.filter(kind=SCHEDULE, name=schedule.name, state__in=(WAITING, RUNNING)).exists():
                continue  # the slot before is not over: another beside it would only queue up
            job = Job(
                kind=SCHEDULE,
                name=schedule.name,
                payload="{}",
                slot=f"{schedule.name}@{schedule.seconds}/{slot}",
                due_at=instant,
                created_at=instant,
            )
            # The unique slot lets one of several workers add it, and a clock set back add nothing.
            Job.objects.bulk_create([job], ignore_conflicts=True)
