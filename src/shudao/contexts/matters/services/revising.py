"""Write a revision of a basic item, have it reviewed by somebody else, and publish it now or on its day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import msgspec

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import (
    AlreadyDecided,
    BasicItem,
    CodeTaken,
    ItemStateWrong,
    LawStatus,
    MatterNotFound,
    Revision,
    RevisionInvalid,
    RevisionOpen,
    RevisionStale,
    RevisionState,
    SamePerson,
)
from shudao.contexts.matters.queries import laws, life, offers
from shudao.contexts.matters.rules import consistency
from shudao.contexts.matters.services import allowing, publishing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

_LONGEST = 500


def begin(*, catalog_code: str, acting: Actor, now: datetime, key: str) -> Revision:
    """Begin a revision of an item with its accepted version."""

    def do() -> Revision:
        item = models.BasicItem.objects.select_for_update().filter(catalog_code=catalog_code).first()
        if item is None:
            raise MatterNotFound
        present = offers.basic_item(catalog_code)
        allowing.require(allowing.keeps_item(acting, present.department_kind), acting)
        if item.state == "3":
            raise ItemStateWrong
        return _made(present, item.version, acting, now)

    return _once("begin", key, catalog_code, do, acting)


def draft(*, item: BasicItem, acting: Actor, now: datetime, key: str) -> Revision:
    """Begin a new item."""
    allowing.require(allowing.keeps_item(acting, item.department_kind), acting)

    def do() -> Revision:
        _codes_are_free(item)
        return _made(item, 0, acting, now)

    return _once("draft", key, item, do, acting)


def save(*, number: str, item: BasicItem, note: str, acting: Actor, now: datetime, key: str) -> Revision:
    """Keep what was written; a draft may break rules."""

    def act(row: models.Revision) -> None:
        _expect(row, RevisionState.DRAFT)
        _write(row, _same_identity(row, item), note, now)

    return _on(number, "matters.revision_saved", act, (number, item, note), acting, now, key)


def submit(*, number: str, note: str, acting: Actor, now: datetime, key: str) -> Revision:
    """Hand a draft to somebody else's review."""

    def act(row: models.Revision) -> None:
        _expect(row, RevisionState.DRAFT)
        row.note = note.strip()[:_LONGEST] or row.note
        _require_sound(row, local_date(now))
        row.state = RevisionState.REVIEW.value
        row.submitted_by, row.submitted_at = acting.account, now

    return _on(number, "matters.revision_submitted", act, (number, note), acting, now, key)


def give_back(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Revision:
    """Return what is under review, or scheduled, to its author, with a reason."""
    why = _reason(reason)

    def act(row: models.Revision) -> None:
        _expect(row, RevisionState.REVIEW, RevisionState.SCHEDULED)
        row.state, row.effective_on = RevisionState.DRAFT.value, None
        row.reviewed_by, row.reviewed_at, row.review_note = acting.account, now, why

    return _on(number, "matters.revision_returned", act, (number, why), acting, now, key)


def withdraw(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> Revision:
    """Give a revision up."""
    why = _reason(reason)

    def act(row: models.Revision) -> None:
        _expect(row, RevisionState.DRAFT, RevisionState.REVIEW, RevisionState.SCHEDULED)
        row.state, row.review_note = RevisionState.WITHDRAWN.value, why

    return _on(number, "matters.revision_withdrawn", act, (number, why), acting, now, key)


def approve(*, number: str, effective_on: date | None, acting: Actor, now: datetime, key: str) -> Revision:
    """Approve what somebody else wrote and submitted: published at once, or on its day."""

    def act(row: models.Revision) -> None:
        _expect(row, RevisionState.REVIEW)
        if acting.account in (row.author, row.submitted_by):
            raise SamePerson
        day = max(effective_on or local_date(now), local_date(now))
        _require_sound(row, day)
        row.effective_on, row.reviewed_by, row.reviewed_at = day, acting.account, now
        row.review_note = ""
        if day > local_date(now):
            row.state = RevisionState.SCHEDULED.value
        else:
            publishing.publish(row, acting=acting, now=now)

    return _on(number, "matters.revision_approved", act, (number, effective_on), acting, now, key)


def _made(item: BasicItem, base: int, acting: Actor, now: datetime) -> Revision:
    if models.Revision.objects.filter(catalog_code=item.catalog_code, state__in=life.OPEN_REVISIONS).exists():
        raise RevisionOpen
    row = models.Revision(
        number=new_id(),
        catalog_code=item.catalog_code,
        base_version=base,
        state=RevisionState.DRAFT.value,
        author=acting.account,
    )
    _write(row, item, "", now)
    row.save()
    audit.record(
        acting=acting,
        action="matters.revision_begun",
        target=row.number,
        now=now,
        after={"catalog_code": row.catalog_code, "base_version": base},
    )
    return life.revision_of(row)


def _write(row: models.Revision, item: BasicItem, note: str, now: datetime) -> None:
    row.fields = msgspec.to_builtins(replace(item, version=0))
    row.name, row.name_en, row.department_kind = item.name.zh, item.name.en, item.department_kind
    row.note, row.changed_at = note.strip()[:_LONGEST], now


def _same_identity(row: models.Revision, item: BasicItem) -> BasicItem:
    """Codes and business line say which item it is: a revision does not change them."""
    was = msgspec.convert(row.fields, BasicItem)
    return replace(item, catalog_code=was.catalog_code, code=was.code, department_kind=was.department_kind)


def _require_sound(row: models.Revision, day: date) -> None:
    item = msgspec.convert(row.fields, BasicItem)
    problems = {one.field: consistency.plain(one) for one in reversed(consistency.check(item))}
    problems |= dict(_law_problems(item, day))
    if not row.note:
        problems["note"] = "请写明修订说明。"
    if problems:
        raise RevisionInvalid(fields=problems)
    if row.base_version == 0:
        _codes_are_free(item)
    elif not models.BasicItem.objects.filter(catalog_code=row.catalog_code, version=row.base_version).exists():
        raise RevisionStale


def _law_problems(item: BasicItem, day: date) -> list[tuple[str, str]]:
    known = laws.articles(item.cited)
    places = {"by_law": item.by_law, "legal": item.legal.basis, "promised": item.promised.basis}
    places |= {"materials": tuple(code for one in item.materials for code in one.by_law)}
    places |= {"fees": tuple(code for one in item.fees for code in one.by_law)}
    problems = []
    for field, cited in places.items():
        if any(code not in known for code in cited):
            problems.append((field, "引用的条文不在法规库中。"))
        elif any(known[code].status is LawStatus.REPEALED for code in cited) or laws.ending(cited, day):
            problems.append((field, "引用的条文已经废止，或到生效日时已经废止。"))
    return problems


def _codes_are_free(item: BasicItem) -> None:
    if models.BasicItem.objects.filter(catalog_code=item.catalog_code).exists():
        raise CodeTaken
    if models.BasicItem.objects.filter(code=item.code).exists():
        raise CodeTaken


def _expect(row: models.Revision, *states: RevisionState) -> None:
    if row.state not in states:
        raise AlreadyDecided


def _reason(said: str) -> str:
    if not said.strip():
        raise RevisionInvalid(fields={"reason": "请写明理由。"})
    return said.strip()[:_LONGEST]


def _once(name: str, key: str, request: object, do: Callable[[], Revision], acting: Actor) -> Revision:
    scope = f"matters.revision_{name}:{acting.account}"
    return outbox.once(scope=scope, key=key, request=request, result_type=Revision, do=do)


def _on(
    number: str,
    action: str,
    act: Callable[[models.Revision], None],
    request: object,
    acting: Actor,
    now: datetime,
    key: str,
) -> Revision:
    def do() -> Revision:
        row = life.revision_row(number, lock=True)
        allowing.require(allowing.keeps_item(acting, row.department_kind), acting)
        before = row.state
        act(row)
        row.changed_at = now
        row.save()
        audit.record(
            acting=acting,
            action=action,
            target=number,
            now=now,
            before={"state": before},
            after={"state": row.state, "catalog_code": row.catalog_code},
            reason=row.review_note,
        )
        return life.revision_of(row)

    return outbox.once(scope=f"{action}:{acting.account}", key=key, request=request, result_type=Revision, do=do)
