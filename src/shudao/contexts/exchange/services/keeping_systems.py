"""Keep what the register says of a system: who answers for it, whether it may call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.refusals import HeldByBureau, RequestInvalid, SystemRetired
from shudao.contexts.exchange.contracts.registry import Contact, System, SystemState
from shudao.contexts.exchange.events import CatalogueChanged
from shudao.contexts.exchange.queries import catalogue
from shudao.contexts.exchange.rules import systems
from shudao.contexts.exchange.services import allowing, changing, warning
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox


def set_contact(*, client: str, contact: Contact, acting: Actor, now: datetime, key: str) -> System:
    problems = dict(systems.contact_problems(contact))
    if problems:
        raise RequestInvalid(fields=problems)

    def change(row: models.System) -> System:
        before = {"name": row.contact_name, "phone": row.contact_phone, "mail": row.contact_mail}
        row.contact_name, row.contact_phone, row.contact_mail = contact.name, contact.phone, contact.mail
        row.save()
        after = {"name": contact.name, "phone": contact.phone, "mail": contact.mail}
        changing.record(CatalogueChanged(client), acting=acting, target=client, now=now, before=before, after=after)
        return catalogue.system(row)

    return _changed("set_contact", client, change, request=(client, contact), acting=acting, key=key)


def set_system_state(*, client: str, state: SystemState, reason: str, acting: Actor, now: datetime, key: str) -> System:
    reason = reason.strip()
    if not reason:
        raise RequestInvalid(fields={"reason": "请写明理由。"})

    def change(row: models.System) -> System:
        bureau = identity.has_role(acting, Role.DATA_BUREAU)
        if row.held_by_bureau and not bureau:
            raise HeldByBureau(client=client)
        before = row.state
        row.state, row.active = state.value, state is SystemState.ACTIVE
        row.state_why = "" if row.active else reason
        row.held_by_bureau = bureau and not row.active
        row.save()
        changing.record(
            CatalogueChanged(client),
            acting=acting,
            target=client,
            now=now,
            before={"state": before},
            after={"state": row.state},
            reason=reason,
        )
        warning.settle(row, now=now)
        return catalogue.system(row)

    return _changed("set_system_state", client, change, request=(client, state, reason), acting=acting, key=key)


def _changed(
    what: str, client: str, change: Callable[[models.System], System], *, request: object, acting: Actor, key: str
) -> System:
    """Let those who keep the system change it, once for a key; a retired one stays as it is."""
    allowing.require_for(acting, catalogue.system_row(client).department, Role.INTEGRATOR, Role.DATA_OFFICER)

    def do() -> System:
        row = models.System.objects.select_for_update().get(client=client)
        if row.state == SystemState.RETIRED.value:
            raise SystemRetired(client=client)
        return change(row)

    return outbox.once(scope=f"exchange.{what}:{acting.account}", key=key, request=request, result_type=System, do=do)
