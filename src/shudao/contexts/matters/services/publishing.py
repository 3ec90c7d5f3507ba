"""Publish a revision: a new version of the basic item, whatever its day; then everybody who carries it out is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import msgspec

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import REVISE, BasicItem, LawChangeKind, RevisionStale, RevisionState
from shudao.contexts.matters.events import ItemPublished
from shudao.contexts.matters.models import BasicItem as ItemRow
from shudao.contexts.matters.queries import forms
from shudao.contexts.matters.services import owing, write_library
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import local_date


def publish(row: models.Revision, *, acting: Actor, now: datetime) -> None:
    """Make the revision the accepted version, in the open unit of work; the caller saves the row."""
    item = msgspec.convert(row.fields, BasicItem)
    stored = ItemRow.objects.select_for_update().filter(catalog_code=item.catalog_code).first()
    if (stored.version if stored else 0) != row.base_version:
        raise RevisionStale
    stored = stored or ItemRow(catalog_code=item.catalog_code, code=item.code, version=0, state="1")
    stored.version, stored.office = stored.version + 1, True
    stored.save()
    item = replace(item, form_version=forms.form(item.form_code, None).version)
    version = write_library.write_version(stored, item, now)
    row.state, row.published_version = RevisionState.PUBLISHED.value, version.number
    audit.record(
        acting=acting,
        action=ItemPublished.NAME,
        target=item.catalog_code,
        now=now,
        before={"version": row.base_version},
        after={"version": version.number, "revision": row.number},
        reason=row.note,
    )
    outbox.emit(ItemPublished(item.catalog_code, version.number), now=now)
    _revised(item, version.number, acting, now)


def publish_due(*, now: datetime) -> int:
    """Publish every approved revision whose day has come; return how many. Stale ones go back to their authors."""
    due = models.Revision.objects.filter(state=RevisionState.SCHEDULED.value, effective_on__lte=local_date(now))
    done = 0
    for number in list(due.order_by("effective_on", "pk").values_list("number", flat=True)):
        with outbox.unit_of_work():
            row = models.Revision.objects.select_for_update().get(number=number)
            if row.state != RevisionState.SCHEDULED:
                continue
            try:
                publish(row, acting=SYSTEM, now=now)
                done += 1
            except RevisionStale:
                row.state, row.effective_on = RevisionState.DRAFT.value, None
                row.review_note = RevisionStale.says
            row.changed_at = now
            row.save()
    return done


def _revised(item: BasicItem, version: int, acting: Actor, now: datetime) -> None:
    """A revision that was owed is done: for a repealed article when nothing cites it any more."""
    for duty in owing.open_of(REVISE, item.catalog_code):
        if duty.evidence["kind"] == LawChangeKind.AMEND or duty.evidence["article"] not in item.cited:
            owing.done(duty.number, evidence={"version": version}, acting=acting, now=now)
