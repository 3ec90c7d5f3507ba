"""Draw the silo map of the province's departments as it is today."""

from __future__ import annotations

from datetime import datetime, timedelta

from shudao.contexts.exchange.contracts.silos import DAYS, SiloMap
from shudao.contexts.exchange.queries import silos as reading
from shudao.contexts.exchange.rules import silos
from shudao.foundation.identity import api as identity
from shudao.kernel.time import local_date

PROVINCE = 1


def silo_map(*, now: datetime) -> SiloMap:
    today = local_date(now)
    since = today - timedelta(days=DAYS - 1)
    return silos.drawn(
        (one.code for one in identity.departments(level=PROVINCE)),
        reading.offers(),
        reading.grants(today),
        reading.calls(since, today),
        since=since,
        until=today,
    )
