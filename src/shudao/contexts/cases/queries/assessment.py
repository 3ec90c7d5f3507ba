"""Cases as facts for the assessment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from shudao.contexts.cases import contracts, models
from shudao.kernel.time import local_date

_COLUMNS = (
    "number",
    "task_code",
    "division",
    "department",
    "department_kind",
    "channel",
    "state",
    "decision",
    "received_at",
    "accepted_at",
    "decided_at",
    "delivered_at",
    "due_legal",
    "due_promised",
    "visits",
    "asked",
    "fetched",
)


def rows() -> Iterator[contracts.CaseFact]:
    """Yield every case."""
    for row in models.Case.objects.order_by("number").values(*_COLUMNS).iterator(chunk_size=2_000):
        yield contracts.CaseFact(
            number=row["number"],
            task_code=row["task_code"],
            division=row["division"],
            department=row["department"],
            department_kind=row["department_kind"],
            channel=row["channel"],
            state=row["state"],
            decision=row["decision"],
            received_on=local_date(row["received_at"]),
            accepted_on=_day(row["accepted_at"]),
            decided_on=_day(row["decided_at"]),
            delivered_on=_day(row["delivered_at"]),
            due_legal=row["due_legal"],
            due_promised=row["due_promised"],
            visits=row["visits"],
            asked=row["asked"],
            fetched=row["fetched"],
        )


def _day(instant: datetime | None) -> date | None:
    return local_date(instant) if instant else None
