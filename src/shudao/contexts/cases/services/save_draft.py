"""Keep what was filled in so far."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import AlreadySubmitted, Delivery
from shudao.contexts.cases.queries import access, drafts
from shudao.contexts.cases.services import sources
from shudao.contexts.matters import api as matters
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid

LARGEST = 128 * 1024  # bytes of JSON: far above what any form of ours can hold


def save_draft(
    *, draft: str, data: Mapping[str, object] | None, delivery: str | None, acting: Actor, now: datetime
) -> contracts.Draft:
    """Overwrite form data and delivery where given."""
    _check(data, delivery)
    with outbox.unit_of_work():
        row = access.see_draft(draft, acting, lock=True)
        if row.case_number:
            raise AlreadySubmitted(case=row.case_number)
        if data is not None:
            if _asks_for_others(row, data):  # what was fetched for the old answers no longer fits
                row.resolved_at = None
            row.data = dict(data)
        if delivery is not None:
            row.delivery = Delivery(delivery)
        row.updated_at = now
        kept = models.Draft.objects.filter(pk=row.pk, case_number="")
        if not kept.update(data=row.data, delivery=row.delivery, resolved_at=row.resolved_at, updated_at=now):
            raise AlreadySubmitted(case="")
        audit.record(acting=acting, action="cases.save_draft", target=row.id, now=now)
    return drafts.whole(row)


def _asks_for_others(row: models.Draft, data: Mapping[str, object]) -> bool:
    """Whether the new answers want other materials than those the sources were asked for."""
    asked = matters.implementation(row.task_code, version=row.version).materials
    return any(sources.wanted(one, row.data).applies != sources.wanted(one, data).applies for one in asked)


def _check(data: Mapping[str, object] | None, delivery: str | None) -> None:
    if delivery is not None and delivery not in list(Delivery):
        raise Invalid(fields={"delivery": "没有这种送达方式。"})
    if data is None:
        return
    try:
        size = len(json.dumps(dict(data), ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid(fields={"data": "表单内容的格式不正确。"}) from error
    if size > LARGEST:
        raise Invalid(fields={"data": "表单内容过大。"})
