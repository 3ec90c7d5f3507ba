"""Wish for data that no entry offers; take a wish back."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.wishes import UNMET, Wanting, Wish, WishDecided, WishState
from shudao.contexts.exchange.events import WishMade, WishWithdrawn
from shudao.contexts.exchange.queries import wishes
from shudao.contexts.exchange.rules import wishes as rules
from shudao.contexts.exchange.services import allowing, owing
from shudao.contexts.matters import api as matters
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text

ASKERS = (Role.DATA_OFFICER, Role.INTEGRATOR)


def wish(*, wanting: Wanting, acting: Actor, now: datetime, key: str) -> Wish:
    allowing.require_for(acting, wanting.department, *ASKERS)
    owner = wanting.provider or keys.bureau()
    known = identity.find_departments({wanting.department, owner})
    found = dict(rules.problems(wanting, owner=owner, departments=known, matters=set(matters.item_states())))
    if wanting.department not in known:
        found["department"] = "请选择一个部门。"
    if found:
        raise RequestInvalid(fields=found)
    return outbox.once(
        scope=f"exchange.wish:{acting.account}",
        key=key,
        request=wanting,
        result_type=Wish,
        do=lambda: _keep(wanting, owner, acting, now),
    )


def _keep(wanting: Wanting, owner: str, acting: Actor, now: datetime) -> Wish:
    row = models.Wish(
        number=new_id(),
        department=wanting.department,
        name=wanting.name,
        fields=list(wanting.fields),
        provider=wanting.provider,
        matters=list(wanting.matters),
        why=wanting.why,
        basis=wanting.basis,
        wished_by=acting.account,
        wished_at=now,
        owner=owner,
        state=WishState.OPEN.value,
    )
    owe(row, owing.WISH, rules.ANSWER_DAYS, acting=acting, now=now)
    record(row, WishMade(row.number, owner), acting=acting, now=now)
    return wishes.wish_of(row)


def withdraw(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Wish:
    reason = reason.strip()
    if not 1 <= len(reason) <= rules.LONGEST_TEXT:
        raise RequestInvalid(fields={"reason": "请写明撤回的理由。"})

    def do() -> Wish:
        row = wishes.row(number, lock=True)
        allowing.require_for(acting, row.department, *ASKERS)
        if row.state not in UNMET:
            raise WishDecided(number=number)
        close(row, acting=acting, now=now, shown={"withdrawn": number})
        row.state, row.ended_at = WishState.WITHDRAWN.value, now
        row.save()
        record(row, WishWithdrawn(number), acting=acting, now=now, reason=reason)
        return wishes.wish_of(row)

    return outbox.once(
        scope=f"exchange.withdraw_wish:{acting.account}",
        key=key,
        request=(number, reason),
        result_type=Wish,
        do=do,
    )


def owe(row: models.Wish, kind: str, days: int, *, acting: Actor, now: datetime) -> None:
    """Let the row's owner owe the answer or the entry from now on, and save it."""
    owed = owing.begin_for(
        kind,
        mark(row),
        owner=row.owner,
        subject=row.number,
        name=Text(row.name),
        days=days,
        evidence={"wish": row.number, "matters": row.matters},
        acting=acting,
        now=now,
    )
    row.due_on, row.duty = owed.due_on, owed.duty
    row.save()


def close(row: models.Wish, *, acting: Actor, now: datetime, shown: dict[str, object]) -> None:
    """End what is owed now; a refused wish owes nothing any more."""
    kind = owing.WISH if row.state == WishState.OPEN.value else owing.ENTRY
    if row.state in (WishState.OPEN.value, WishState.ACCEPTED.value):
        owing.end(kind, mark(row), row.duty, evidence=shown, acting=acting, now=now)


def mark(row: models.Wish) -> str:
    """Under which name clock and duty run: each department that gets the wish has its own days."""
    return f"{row.number}:{len(row.path)}"


def record(row: models.Wish, event: Event, *, acting: Actor, now: datetime, reason: str = "") -> None:
    after = {"state": row.state, "owner": row.owner, "due_on": row.due_on.isoformat(), "resource": row.resource}
    audit.record(acting=acting, action=event.NAME, target=row.number, now=now, after=after, reason=reason)
    outbox.emit(event, now=now)
