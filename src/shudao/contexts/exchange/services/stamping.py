"""
Stamp the newest checkpoint from time to time; a failing authority stops nothing, shows, and is made up for later.

What went wrong last stands in `stamping.json` beside the ledger. After `LATE` without the stamp that is owed, the data
bureau gets a duty, which closes itself with the next stamp.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from django.conf import settings

from shudao.contexts.exchange.adapters import keys, stamps, witnesses
from shudao.contexts.exchange.contracts.evidence import LedgerMark, LedgerStanding
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.folders import write_whole
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date
from shudao.plane.ledger import checkpoints, cosigning, stamping
from shudao.plane.ledger.checkpoints import Checkpoint
from shudao.plane.ledger.stamping import StampRefused

LATE = timedelta(hours=1)
KIND = "exchange.stamps_late"
_STATE = "stamping.json"
_log = logging.getLogger(__name__)


def _folder() -> Path:
    return Path(settings.LEDGER_ROOT)


def stamp(*, now: datetime) -> bool:
    lines = checkpoints.lines(_folder())
    if not stamps.configured() or not lines:
        return False
    last = stamping.read(_folder())[-1:]
    since = last[0].size if last else 0
    every = timedelta(minutes=settings.LEDGER_STAMP_MINUTES)
    newest = checkpoints.parse(lines[-1])[0]
    if last and (last[0].size >= newest.size or now - datetime.fromisoformat(last[0].instant) < every):
        _settle(now)
        return False
    try:
        made = stamping.obtain(lines[-1], stamps.ask, stamps.roots())
    except (StampRefused, OSError, ValueError) as error:
        why = str(error.details["why"]) if isinstance(error, StampRefused) else str(error)
        _log.warning("no time stamp for the ledger: %s", why)
        _keep(why, now)
        _warn(_first_without(lines, since), why, now)
        return False
    stamping.append(_folder(), made)
    _keep("", now)
    _settle(now)
    return True


def standing(*, now: datetime) -> LedgerStanding:
    lines, cosigned = checkpoints.lines(_folder()), cosigning.newest(_folder())
    stamped = stamping.read(_folder())[-1:]
    newest = checkpoints.parse(lines[-1])[0] if lines else None
    owed = _first_without(lines, stamped[0].size if stamped else 0)
    return LedgerStanding(
        checkpoints=len(lines),
        newest=_mark(newest.key, newest.instant, newest.size) if newest else None,
        cosigned=_mark(cosigned.witness, cosigned.instant, cosigned.size) if cosigned else None,
        stamped=_mark("", stamped[0].instant, stamped[0].size) if stamped else None,
        stamping=stamps.configured(),
        late=stamps.configured() and owed is not None and now - datetime.fromisoformat(owed.instant) > LATE,
        why=_kept(),
        witnessing=witnesses.configured(),
        alarm=witnesses.alarm(),
    )


def _mark(who: str, instant: str, size: int) -> LedgerMark:
    return LedgerMark(who, datetime.fromisoformat(instant), size)


def _first_without(lines: list[bytes], stamped: int) -> Checkpoint | None:
    """Return the oldest checkpoint that no stamp speaks for: few lines are looked at while stamps keep up."""
    found = None
    for text in reversed(lines):
        made = checkpoints.parse(text)[0]
        if made.size <= stamped:
            break
        found = made
    return found


def _keep(why: str, now: datetime) -> None:
    if why != _kept():
        write_whole(_folder() / _STATE, msgspec.json.encode({"why": why, "at": now.isoformat()}))


def _kept() -> str:
    try:
        return msgspec.json.decode((_folder() / _STATE).read_bytes(), type=dict[str, str])["why"]
    except (OSError, msgspec.MsgspecError, KeyError):
        return ""


def _warn(owed: Checkpoint | None, why: str, now: datetime) -> None:
    if owed is None or now - datetime.fromisoformat(owed.instant) <= LATE:
        return
    bureau = keys.bureau()
    with outbox.unit_of_work():
        if _open_duties():
            return
        duties.open(
            kind=KIND,
            owner=bureau,
            division=identity.department(bureau).division,
            subject="ledger",
            title=Text(
                "台账检查点超过一小时未取得时间戳", "The ledger's checkpoints have had no time stamp for over an hour"
            ),
            due_on=local_date(now) + timedelta(days=1),
            evidence={"since": owed.instant, "entries": owed.size, "why": why[:200]},
            acting=SYSTEM,
            now=now,
            key=f"stamps-late:{owed.size}",
        )


def _settle(now: datetime) -> None:
    with outbox.unit_of_work():
        for number in _open_duties():
            duties.close(number, evidence={"stamped": now.isoformat()}, acting=SYSTEM, now=now)


def _open_duties() -> list[str]:
    states = (DutyState.OPEN, DutyState.OVERDUE)
    return [one.number for state in states for one in duties.listing(kind=KIND, subject="ledger", state=state).items]
