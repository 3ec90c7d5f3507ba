"""What requests and grants make a source department owe: a legal clock and a duty, begun and ended together."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shudao.contexts.exchange import models
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import Limit, Unit
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyClosed
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text

BASIS = "政务数据共享条例（国务院令第809号）"
REPLY, SUPPLY = "exchange.reply", "exchange.supply"
_SUBJECTS = {REPLY: "share-request", SUPPLY: "share-supply"}
_TITLES = {
    REPLY: Text("答复共享申请", "Answer a request for data"),
    SUPPLY: Text("提供已授权的数据", "Supply granted data"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """What was begun: the last local day, and the duty's number."""

    due_on: date
    duty: str


def clock_subject(kind: str, number: str) -> str:
    """Return the name under which the clock runs."""
    return f"{_SUBJECTS[kind]}:{number}"


def begin(kind: str, number: str, resource: models.Resource, days: int, *, acting: Actor, now: datetime) -> Owed:
    """Start clock and duty of the resource's provider: so many working days from now."""
    due = clocks.start(
        subject=clock_subject(kind, number),
        kind="legal",
        limit=Limit(days, Unit.WORKDAY),
        at=now,
        basis=BASIS,
        acting=acting,
        now=now,
    )
    title = _TITLES[kind]
    duty = duties.open(
        kind=kind,
        owner=resource.provider,
        division=identity.department(resource.provider).division,
        subject=number,
        title=Text(f"{title.zh}：{resource.name}"[:200], f"{title.en}: {resource.name_en or resource.name}"[:200]),
        due_on=due.on,
        evidence={"resource": resource.code},
        acting=acting,
        now=now,
        key=number,
    )
    return Owed(due.on, duty)


def end(kind: str, number: str, duty: str, *, evidence: Mapping[str, object], acting: Actor, now: datetime) -> None:
    """Stop the clock and close the duty; what is closed stays so."""
    clocks.stop(subject=clock_subject(kind, number), acting=acting, now=now)
    if duty:
        with contextlib.suppress(DutyClosed):
            duties.close(duty, evidence=evidence, acting=acting, now=now)
