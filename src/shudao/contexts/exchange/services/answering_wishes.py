"""The owner's answer to a wish: an entry will come, it will not, it is another's; and the entry when it is there."""

from __future__ import annotations

from datetime import datetime

import msgspec

from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.disputes import Hop
from shudao.contexts.exchange.contracts.refusals import FourEyes, RequestInvalid
from shudao.contexts.exchange.contracts.wishes import UnfitEntry, Wish, WishAnswer, WishDecided, WishState
from shudao.contexts.exchange.events import WishAnswered, WishMade, WishMet
from shudao.contexts.exchange.queries import catalogue, wishes
from shudao.contexts.exchange.rules import disputing, rights
from shudao.contexts.exchange.rules import wishes as rules
from shudao.contexts.exchange.services import owing, supplying, wishing
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, SignInNeeded


def answer(
    *, number: str, verdict: WishAnswer, opinion: str, basis: str, to: str, acting: Actor, now: datetime, key: str
) -> Wish:
    opinion, basis = opinion.strip(), basis.strip()

    def do() -> Wish:
        row = wishes.row(number, lock=True)
        _may_answer(row, acting)
        if row.state != WishState.OPEN.value:
            raise WishDecided(number=number)
        _check(row, verdict, opinion, basis, to)
        if verdict is WishAnswer.FORWARDED:
            return _pass_on(row, to, opinion, acting, now)
        wishing.close(row, acting=acting, now=now, shown={"answer": verdict.value})
        row.decided_by, row.decided_at, row.opinion, row.refusal_basis = acting.account, now, opinion, basis
        row.state = (WishState.ACCEPTED if verdict is WishAnswer.ACCEPTED else WishState.REFUSED).value
        if verdict is WishAnswer.ACCEPTED:
            wishing.owe(row, owing.ENTRY, rules.ENTRY_DAYS, acting=acting, now=now)
        row.save()
        event = WishAnswered(number, accepted=verdict is WishAnswer.ACCEPTED)
        wishing.record(row, event, acting=acting, now=now, reason=basis or opinion)
        return wishes.wish_of(row)

    return outbox.once(
        scope=f"exchange.answer_wish:{acting.account}",
        key=key,
        request=(number, verdict, opinion, basis, to),
        result_type=Wish,
        do=do,
    )


def _may_answer(row: models.Wish, acting: Actor) -> None:
    """The owner's data officers; for the bureau those who are the bureau too. Never who wished, nor a colleague."""
    if acting.kind == "anonymous":
        raise SignInNeeded
    roles = (Role.DATA_OFFICER, Role.DATA_BUREAU) if row.owner == keys.bureau() else (Role.DATA_OFFICER,)
    if acting.kind != "staff" or not any(identity.has_role(acting, role, department=row.owner) for role in roles):
        raise Forbidden
    if rights.decides_own(acting, requested_by=row.wished_by, department=row.department):
        raise FourEyes


def _check(row: models.Wish, verdict: WishAnswer, opinion: str, basis: str, to: str) -> None:
    faults = {"opinion": disputing.text_problem(opinion)}
    if verdict is WishAnswer.REFUSED:
        faults["basis"] = "" if basis else "不同意须写明依据。"
    if verdict is WishAnswer.FORWARDED:
        had = {row.owner, *(hop["sender"] for hop in row.path)}
        faults["to"] = rules.unfit(to, known=bool(identity.find_departments([to])), had=had, asker=row.department)
    found = {name: sentence for name, sentence in faults.items() if sentence}
    if found:
        raise RequestInvalid(fields=found)


def _pass_on(row: models.Wish, to: str, why: str, acting: Actor, now: datetime) -> Wish:
    wishing.close(row, acting=acting, now=now, shown={"forwarded": to})
    row.path = [*row.path, msgspec.to_builtins(Hop(row.owner, to, now, why))]
    row.owner = to
    wishing.owe(row, owing.WISH, rules.ANSWER_DAYS, acting=acting, now=now)
    wishing.record(row, WishMade(row.number, to), acting=acting, now=now, reason=why)
    return wishes.wish_of(row)


def link(*, number: str, resource: str, acting: Actor, now: datetime, key: str) -> Wish:
    def do() -> Wish:
        row = wishes.row(number, lock=True)
        _may_answer(row, acting)
        if row.state != WishState.ACCEPTED.value:
            raise WishDecided(number=number)
        entry = catalogue.find_resources([resource]).get(resource)
        if not rules.fits(entry, row.owner):
            raise UnfitEntry(fields={"resource": UnfitEntry.says})
        row.resource = resource
        row.save()
        if supplying.there(resource, now=now):
            _meet(row, acting, now)
        return wishes.wish_of(row)

    return outbox.once(
        scope=f"exchange.link_wish:{acting.account}", key=key, request=(number, resource), result_type=Wish, do=do
    )


def note_met(*, now: datetime) -> int:
    """Close the wishes whose entries' data can be asked by now; return how many."""
    done = 0
    for number, resource in wishes.linked().items():
        if not supplying.there(resource, now=now):
            continue
        with outbox.unit_of_work():
            row = wishes.row(number, lock=True)
            if row.state == WishState.ACCEPTED.value and row.resource == resource:
                _meet(row, SYSTEM, now)
                done += 1
    return done


def _meet(row: models.Wish, acting: Actor, now: datetime) -> None:
    wishing.close(row, acting=acting, now=now, shown={"resource": row.resource})
    row.state, row.ended_at = WishState.MET.value, now
    row.save()
    wishing.record(row, WishMet(row.number, row.resource), acting=acting, now=now)
