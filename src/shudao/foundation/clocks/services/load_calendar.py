"""Take over a calendar file, and compute anew what it moves."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import transaction

from shudao.foundation.clocks.contracts import CalendarFault
from shudao.foundation.clocks.models import CalendarDay, ClockRun
from shudao.foundation.clocks.queries.calendar import calendar
from shudao.foundation.clocks.queries.clocks import life

BUNDLED = Path(__file__).resolve().parents[1] / "data" / "calendar_cn.csv"
KINDS = {"holiday": False, "makeup": True}


def load_calendar(path: Path) -> int:
    days = list(_read(path))
    years = {row.day.year for row in days}
    with transaction.atomic():
        for year in years:
            CalendarDay.objects.filter(day__year=year).delete()
        CalendarDay.objects.bulk_create(days)
        _recompute()
    return len(days)


def _read(path: Path) -> Iterator[CalendarDay]:
    seen: set[date] = set()
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                day = date.fromisoformat(row["day"])
                special = CalendarDay(
                    day=day,
                    working=KINDS[row["kind"]],
                    name=row["name"].strip(),
                    name_en=row["name_en"].strip(),
                    provisional=row["provisional"] == "1",
                )
            except (AttributeError, KeyError, TypeError, ValueError):
                raise CalendarFault(line=number) from None
            if day in seen:
                raise CalendarFault(line=number)
            seen.add(day)
            yield special


def _recompute() -> None:
    """Running clocks follow the new calendar; stopped ones keep the date under which they were judged."""
    present = calendar()
    changed = []
    for run in ClockRun.objects.select_for_update().exclude(state="stopped").order_by("id"):
        due = life(run).due(present)
        if (due.on, due.provisional) != (run.due_on, run.provisional):
            run.due_on, run.provisional = due.on, due.provisional
            changed.append(run)
    ClockRun.objects.bulk_update(changed, ["due_on", "provisional"], batch_size=500)
