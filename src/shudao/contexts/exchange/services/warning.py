"""
Warn the owner of a system whose last key ends: a duty 30 days before, a message then, 7 days and 1 day before.

What counts is the key that ends last: while a newer one is there, nobody has to do anything. The duty ends by itself
when a key is there that lasts longer, and when the system is retired.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.registry import KEY_DUTY, SystemState
from shudao.contexts.exchange.rules import systems
from shudao.contexts.exchange.services import owed
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import Duty, DutyState
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

_SIZE = 200


def warn_of_keys(*, now: datetime) -> int:
    """Warn of every system whose turn it is, and end what was put right; return how many systems have a warning."""
    warned = 0
    for client in models.System.objects.order_by("client").values_list("client", flat=True):
        with outbox.unit_of_work():
            warned += settle(models.System.objects.select_for_update().get(client=client), now=now)
    return warned


def settle(row: models.System, *, now: datetime) -> bool:
    """Open, tell or end what this system's keys make its owner owe, in the open unit of work; whether it owes."""
    last = _last(row)
    lasts = last is not None and row.state != SystemState.RETIRED.value
    stage = systems.stage(last.valid_to - now) if last is not None and lasts else None
    due = "" if stage is None or last is None else last.key_id
    standing = _open_duties(row.client)
    for duty in standing:
        if duty.evidence.get("key") != due:
            evidence = {"state": row.state, "key": last.key_id if last else ""}
            owed.done(duty.number, evidence=evidence, acting=SYSTEM, now=now)
    if stage is None or last is None:
        return False
    if not any(duty.evidence.get("key") == due for duty in standing):
        _owe(row, last, now)
    _tell(row, last, stage, now)
    return True


def _last(row: models.System) -> models.SystemKey | None:
    """The key that counts: the one that ends last of those that were not revoked."""
    return row.keys.filter(revoked_at=None).order_by("-valid_to", "-pk").first()


def _open_duties(client: str) -> list[Duty]:
    return [duty for state in (DutyState.OPEN, DutyState.OVERDUE) for duty in _duties(client, state)]


def _duties(client: str, state: DutyState) -> Sequence[Duty]:
    return duties.listing(kind=KEY_DUTY, subject=client, state=state, size=_SIZE).items


def _owe(row: models.System, last: models.SystemKey, now: datetime) -> None:
    # A newer key that is revoked later lets the older one count again: that is another duty than the one it ended.
    before = sum(duty.evidence.get("key") == last.key_id for duty in _duties(row.client, DutyState.CLOSED))
    ends = local_date(last.valid_to)
    owed.owe(
        kind=KEY_DUTY,
        owner=row.department,
        subject=row.client,
        title=Text(f"登记新的公钥：{row.name}"[:200], f"Register a new public key: {row.name_en or row.name}"[:200]),
        due_on=ends,
        evidence={"key": last.key_id, "ends": ends.isoformat()},
        acting=SYSTEM,
        now=now,
        key=f"{last.key_id}:{before}",
    )


def _tell(row: models.System, last: models.SystemKey, stage: int, now: datetime) -> None:
    ends = local_date(last.valid_to)
    messages.send(
        to=row.department,
        subject=Text(f"系统公钥即将到期：{row.name}"[:200], f"A key ends soon: {row.name_en or row.name}"[:200]),
        body=Text(
            f"系统 {row.client} 的最后一把公钥 {last.key_id} 将于 {ends} 到期，到期后网关拒绝其调用。请登记新的公钥。",
            f"The last public key of {row.client}, {last.key_id}, ends on {ends}; the gateway then refuses its calls. "
            "Please register a new one.",
        ),
        about=row.client,
        key=f"exchange.key_ends:{last.key_id}:{stage}",
        acting=SYSTEM,
        now=now,
        email=row.contact_mail,
    )
