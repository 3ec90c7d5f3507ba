"""Compare the barriers that stand with those that were told, and tell what is new, other or gone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.barriers import Standing
from shudao.contexts.exchange.events import BarrierFound, BarrierGone
from shudao.contexts.exchange.queries import barriers
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event
from shudao.kernel.ids import new_id

# What may change while a barrier stands; its day is the first one that was seen.
_CHANGING = ("cause", "resource", "owner", "waiting", "matters")


def find_barriers(*, now: datetime) -> tuple[int, int]:
    """Keep the table as things stand; return how many barriers were found or changed, and how many are gone."""
    standing = {(one.kind.value, one.subject): one for one in barriers.standing(now=now, bureau=keys.bureau())}
    told = gone = 0
    with outbox.unit_of_work():
        open_rows = {(row.kind, row.subject): row for row in models.Barrier.objects.filter(gone_at=None)}
        for key, one in standing.items():
            told += _keep(open_rows.get(key), one, now)
        for key, row in open_rows.items():
            if key not in standing:
                row.gone_at = now
                row.save()
                _tell(BarrierGone(row.number, row.kind), row, now)
                gone += 1
    return told, gone


def _keep(row: models.Barrier | None, one: Standing, now: datetime) -> bool:
    values = asdict(one) | {"kind": one.kind.value, "label": one.label.zh[:200], "label_en": one.label.said("en")[:200]}
    values["matters"] = list(one.matters)
    if row is None:
        row = models.Barrier.objects.create(number=new_id(), found_at=now, **values)
    elif all(getattr(row, name) == values[name] for name in _CHANGING):
        return False
    else:
        for name in _CHANGING:
            setattr(row, name, values[name])
        row.save()
    _tell(BarrierFound(row.number, row.kind), row, now)
    return True


def _tell(event: Event, row: models.Barrier, now: datetime) -> None:
    after = {"kind": row.kind, "cause": row.cause, "subject": row.subject, "matters": len(row.matters)}
    audit.record(acting=SYSTEM, action=event.NAME, target=row.number, now=now, after=after)
    outbox.emit(event, now=now)
