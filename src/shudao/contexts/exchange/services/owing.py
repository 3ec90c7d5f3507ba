"""What requests and grants make a source department owe: a legal clock and a duty, begun and ended together."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import ENTRY_DUTY, WISH_DUTY
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import Limit, Unit
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyClosed
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text

BASIS = "政务数据共享条例（国务院令第809号）"
REPLY, SUPPLY = "exchange.reply", "exchange.supply"
WISH, ENTRY = WISH_DUTY, ENTRY_DUTY
_SUBJECTS = {REPLY: "share-request", SUPPLY: "share-supply", WISH: "wish", ENTRY: "wish-entry"}
_TITLES = {
    REPLY: Text("答复共享申请", "Answer a request for data"),
    SUPPLY: Text("提供已授权的数据", "Supply granted data"),
    WISH: Text("答复数据需求", "Answer a wish for data"),
    ENTRY: Text("编目并提供所需数据", "Catalogue and supply wished-for data"),
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
    return begin_for(
        kind,
        number,
        owner=resource.provider,
        subject=number,
        name=Text(resource.name, resource.name_en),
        days=days,
        evidence={"resource": resource.code},
        acting=acting,
        now=now,
    )


def begin_for(
    kind: str,
    mark: str,
    *,
    owner: str,
    subject: str,
    name: Text,
    days: int,
    evidence: Mapping[str, object],
    acting: Actor,
    now: datetime,
) -> Owed:
    """Start clock and duty of a department about `subject`; `mark` tells one such duty from the next."""
    due = clocks.start(
        subject=clock_subject(kind, mark),
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
        owner=owner,
        division=identity.department(owner).division,
        subject=subject,
        title=Text(f"{title.zh}：{name.zh}"[:200], f"{title.en}: {name.en or name.zh}"[:200]),
        due_on=due.on,
        evidence=evidence,
        acting=acting,
        now=now,
        key=mark,
    )
    return Owed(due.on, duty)


def end(kind: str, number: str, duty: str, *, evidence: Mapping[str, object], acting: Actor, now: datetime) -> None:
    """Stop the clock and close the duty; what is closed stays so."""
    clocks.stop(subject=clock_subject(kind, number), acting=acting, now=now)
    if duty:
        with contextlib.suppress(DutyClosed):
            duties.close(duty, evidence=evidence, acting=acting, now=now)
