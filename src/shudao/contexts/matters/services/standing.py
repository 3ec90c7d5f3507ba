"""Suspend, resume or cancel a basic item, and with it all that is carried out of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import (
    ItemLife,
    ItemStateWrong,
    MatterNotFound,
    RevisionInvalid,
    RevisionState,
)
from shudao.contexts.matters.contracts.life import CANCELLED, IN_USE, SUSPENDED
from shudao.contexts.matters.events import ItemStateChanged
from shudao.contexts.matters.models import Implementation
from shudao.contexts.matters.queries import life, offers
from shudao.contexts.matters.services import allowing, former, spreading
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox

# From which states an item comes into each.
_FROM = {SUSPENDED: (IN_USE,), IN_USE: (SUSPENDED,), CANCELLED: (IN_USE, SUSPENDED)}


def change(*, catalog_code: str, state: str, reason: str, acting: Actor, now: datetime, key: str) -> ItemLife:
    """Bring the item into a state."""
    why = reason.strip()[:500]

    def do() -> ItemLife:
        item = models.BasicItem.objects.select_for_update().filter(catalog_code=catalog_code).first()
        if item is None:
            raise MatterNotFound
        kind = offers.basic_item(catalog_code).department_kind
        allowing.require(allowing.keeps_item(acting, kind), acting)
        if not why:
            raise RevisionInvalid(fields={"reason": "请写明理由。"})
        before = item.state
        if before not in _FROM[state]:
            raise ItemStateWrong
        item.state, item.office = state, True
        item.save()
        carry(catalog_code, _FROM[state], state, now)
        if state == CANCELLED:
            _end(catalog_code, acting, now)
        audit.record(
            acting=acting,
            action=ItemStateChanged.NAME,
            target=catalog_code,
            now=now,
            before={"state": before},
            after={"state": state},
            reason=why,
        )
        outbox.emit(ItemStateChanged(catalog_code, state), now=now)
        return life.life(catalog_code)

    return outbox.once(
        scope=f"matters.item_state:{acting.account}",
        key=key,
        request=(catalog_code, state, why),
        result_type=ItemLife,
        do=do,
    )


def carry(catalog_code: str, before: Iterable[str], state: str, now: datetime) -> None:
    """Bring an item's implementations from the states `before` into a state: two statements, however many there are."""
    for one in before:
        former.keep_all(catalog_code, one, now)
        found = Implementation.objects.filter(catalog_code=catalog_code, state=one)
        found.update(state=state, version=F("version") + 1)


def _end(catalog_code: str, acting: Actor, now: datetime) -> None:
    models.Revision.objects.filter(catalog_code=catalog_code, state__in=life.OPEN_REVISIONS).update(
        state=RevisionState.WITHDRAWN.value, review_note="事项已取消。", changed_at=now
    )
    spreading.supersede(catalog_code, {"cancelled": True}, acting=acting, now=now)
