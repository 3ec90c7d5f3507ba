"""Open the department's duty to contact somebody who rated badly."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from shudao.contexts.participation.events import BadRating
from shudao.contexts.participation.queries import ratings as queries
from shudao.contexts.participation.rules import ratings as rules
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties import api as duties
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

_FILE = Path(__file__).resolve().parents[1] / "data" / "follow_up.yaml"


def open_duty(event: BadRating, *, now: datetime) -> None:
    """Open it once: the case is its key."""
    rating = queries.rating_of(event.case)
    if rating is None:
        return
    how = _how()
    due_on = rules.contact_by(local_date(rating.rated_at), how["workdays"], clocks.calendar().is_working)
    duties.open(
        kind=how["duty"],
        owner=event.department,
        division=event.division,
        subject=event.case,
        title=Text(how["title"], how["title_en"]),
        due_on=due_on,
        evidence={"case": event.case, "level": event.level},
        acting=SYSTEM,
        now=now,
        key=f"participation.bad_rating:{event.case}",
    )


@lru_cache(maxsize=1)
def _how() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return read
