"""Tell callers that their grants end: thirty days before, when they may be renewed, and seven; each once."""

from __future__ import annotations

from datetime import date, datetime

from shudao.contexts.exchange.contracts.rights import RENEWABLE, Grant
from shudao.contexts.exchange.queries import catalogue, rights
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.messages import api as messages
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

# Days before the last one, the soonest first.
STAGES = (7, RENEWABLE.days)


def remind_of_ends(*, now: datetime) -> int:
    """Write to the departments whose grants end soon and are not renewed; return about how many grants."""
    today = local_date(now)
    rows = catalogue.grant_rows().filter(revoked_at=None, valid_to__range=(today, today + RENEWABLE))
    ending = [catalogue.grant_of(row) for row in rows.order_by("number")]
    renewed = rights.renewals([one.number for one in ending])
    told = [one for one in ending if one.number not in renewed]
    names = catalogue.find_resources([one.resource for one in told])
    for one in told:
        _tell(one, names[one.resource].name, today, now)
    return len(told)


def _tell(grant: Grant, resource: Text, today: date, now: datetime) -> None:
    left = (grant.valid_to - today).days
    stage = next(days for days in STAGES if left <= days)
    day = grant.valid_to.isoformat()
    way = f"/office/resources/{grant.resource}/ask/?renews={grant.number}"
    messages.send(
        to=grant.system.split("/")[2],
        subject=Text(f"授权即将到期：{resource.zh}"[:200], f"A grant ends soon: {resource.said('en')}"[:200]),
        body=Text(
            f"授权 {grant.number} 到 {day} 为止，此后网关拒绝调用。仍需使用的，请在到期前申请续期：{way}",
            f"Grant {grant.number} ends on {day}; after that the gateway refuses calls. "
            f"If the data are still needed, please renew it before: {way}",
        ),
        about=grant.number,
        key=f"exchange.grant_ends:{grant.number}:{stage}",
        acting=SYSTEM,
        now=now,
    )
