"""Let the calls of a supervision be shown to those concerned only from a day on, where the law allows it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import Delay, Partial
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.contexts.exchange.events import DisclosureDelayed
from shudao.contexts.exchange.queries import disputes
from shudao.contexts.exchange.rules import disputing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, NotFound
from shudao.kernel.time import local_date


def delay(*, grant: str, until: date, basis: str, acting: Actor, now: datetime, key: str) -> Delay:
    basis, today = basis.strip(), local_date(now)
    row = models.Grant.objects.select_related("system").filter(number=grant).first()
    if row is None:
        raise NotFound
    identity.require(acting, Role.DATA_BUREAU)
    if acting.kind != "staff":
        raise Forbidden
    if disputing.belongs(acting, (row.system.department,)):
        raise Partial
    faults = {}
    if row.purpose != Purpose.SUPERVISION.value:
        faults["grant"] = "只有监管用途的授权可以延迟公开。"
    if disputing.text_problem(basis):
        faults["basis"] = "请写明延迟公开的法律依据。"
    if not today <= until <= today + timedelta(days=disputing.LONGEST_DELAY):
        faults["until"] = "公开日不能早于今天，也不能晚于一年以后。"
    if faults:
        raise RequestInvalid(fields=faults)
    return outbox.once(
        scope=f"exchange.delay:{acting.account}",
        key=key,
        request=(grant, until, basis),
        result_type=Delay,
        do=lambda: _keep(row, until, basis, acting, now),
    )


def _keep(grant: models.Grant, until: date, basis: str, acting: Actor, now: datetime) -> Delay:
    before = {"until": next((one.until for one in disputes.delays() if one.grant == grant.number), None)}
    models.Delay.objects.create(grant=grant, until=until, basis=basis, decided_by=acting.account, decided_at=now)
    audit.record(
        acting=acting,
        action=DisclosureDelayed.NAME,
        target=grant.number,
        now=now,
        before=before,
        after={"until": until.isoformat()},
        reason=basis,
    )
    outbox.emit(DisclosureDelayed(grant.number), now=now)
    return Delay(grant.number, until, basis, acting.account, now)
