"""Write to the mailbox of whoever must know."""

from __future__ import annotations

from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api
from shudao.foundation.duties.contracts import Duty, DutyState
from shudao.foundation.duties.events import DutyDueSoon, DutyOpened, DutyOverdue
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox.api import handles
from shudao.kernel.texts import Text
from shudao.kernel.time import now

DATA_BUREAU = "sj"


@handles(DutyOpened)
def tell_owner(event: DutyOpened, *, delivery: str) -> None:
    duty = api.get(event.number)
    _write(duty, duty.owner, Text("新任务", "New duty"), delivery)


@handles(DutyDueSoon)
def remind_owner(event: DutyDueSoon, *, delivery: str) -> None:
    duty = api.get(event.number)
    if duty.state is not DutyState.CLOSED:
        _write(duty, duty.owner, Text("任务即将到期", "Duty due soon"), delivery)


@handles(DutyOverdue)
def tell_of_delay(event: DutyOverdue, *, delivery: str) -> None:
    duty = api.get(event.number)
    if duty.state is DutyState.CLOSED:
        return
    _write(duty, duty.owner, Text("任务已逾期", "Duty overdue"), delivery)
    bureau = identity.responsible(DATA_BUREAU, duty.division) if event.level > 1 else None
    if bureau is not None and bureau.code != duty.owner:
        _write(duty, bureau.code, Text("任务逾期升级督办", "Overdue duty escalated"), f"{delivery}:up")


def _write(duty: Duty, to: str, what: Text, key: str) -> None:
    title = duty.title
    messages.send(
        to=to,
        subject=Text(f"{what.zh}：{title.zh}", f"{what.en}: {title.said('en')}"),
        body=Text(
            f"任务{duty.number}，应于{duty.due_on}前（含当日）办结。",
            f"Duty {duty.number} is to be closed by {duty.due_on}, that day included.",
        ),
        about=duty.number,
        key=f"duties:{key}",
        acting=SYSTEM,
        now=now(),
    )
