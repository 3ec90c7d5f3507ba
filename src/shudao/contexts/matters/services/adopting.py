"""What a body makes of a new version: accept it, or differ where places may, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from shudao.contexts.matters import models
from shudao.contexts.matters.adapters import bulk
from shudao.contexts.matters.contracts import (
    REVISE_OWN,
    Adoption,
    AdoptionInvalid,
    AdoptionState,
    AlreadyDecided,
    BasicItem,
    Differing,
    MatterNotFound,
    Override,
)
from shudao.contexts.matters.events import ImplementationChanged
from shudao.contexts.matters.models import BasicItemVersion, Implementation
from shudao.contexts.matters.queries import deciding, life, offers
from shudao.contexts.matters.rules import consistency, inherit
from shudao.contexts.matters.services import allowing, former, implement, owing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import NotFound
from shudao.kernel.texts import Text

Overrides = tuple[Override, ...]
_CHUNK = 500


def accept(*, number: str, acting: Actor, now: datetime, key: str) -> Adoption:
    """Take the new version; what the place had set for itself stays where it still fits."""
    return _settle(number, AdoptionState.ACCEPTED, None, acting, now, key)


def differ(*, number: str, wanted: Differing, acting: Actor, now: datetime, key: str) -> Adoption:
    """Take the new version with differences of one's own."""
    return _settle(number, AdoptionState.DIFFERING, wanted, acting, now, key)


def set_own(
    *, catalog_code: str, body: str, wanted: Differing, drop: tuple[str, ...], acting: Actor, now: datetime, key: str
) -> int:
    """Change what a body has set for itself, on the versions that it has; return how many implementations changed."""
    allowing.require(allowing.answers_for(acting, body, identity.department(body).division), acting)

    def do() -> int:
        rows = deciding.decided_by(body, catalog_code)
        if not rows:
            raise MatterNotFound
        own = _own(wanted) if wanted.fields else ()
        moved = _move(rows, None, lambda known: _merged(known, own, drop), now)
        article_free = _cited_by_none(body, catalog_code)
        for duty in owing.open_of(REVISE_OWN, catalog_code):
            if duty.owner == body and (duty.evidence["kind"] == "amend" or article_free(duty.evidence["article"])):
                owing.done(duty.number, evidence={"changed": len(moved)}, acting=acting, now=now)
        _told(catalog_code, body, moved, wanted.reason.zh, acting, now)
        return len(moved)

    return outbox.once(
        scope=f"matters.set_own:{acting.account}",
        key=key,
        request=(catalog_code, body, wanted, drop),
        result_type=int,
        do=do,
    )


def _settle(
    number: str, state: AdoptionState, wanted: Differing | None, acting: Actor, now: datetime, key: str
) -> Adoption:
    def do() -> Adoption:
        row = life.adoption_rows().select_for_update(of=("self",)).filter(number=number).first()
        if row is None:
            raise NotFound
        allowing.require(allowing.answers_for(acting, row.body, row.division), acting)
        if row.state != AdoptionState.OPEN:
            raise AlreadyDecided
        own = _own(wanted) if wanted else ()
        rows = [one for one in deciding.decided_by(row.body, row.catalog_code) if one.item_version != row.item_version]
        moved = _move(rows, row.item_version, lambda known: _merged(known, own, ()), now)
        _close(row, state, wanted.reason if wanted else Text(""), acting, now)
        _told(row.catalog_code, row.body, moved, row.reason, acting, now)
        return life.adoption_of(row)

    return outbox.once(
        scope=f"matters.adopt:{acting.account}", key=key, request=(number, state, wanted), result_type=Adoption, do=do
    )


def _close(row: models.Adoption, state: AdoptionState, reason: Text, acting: Actor, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state.value, acting.account, now
    row.reason, row.reason_en = reason.zh[:500], reason.en[:500]
    row.save()
    evidence = {"adoption": row.number, "state": row.state}
    owing.done(row.duty, evidence=evidence, acting=acting, now=now)


def _own(wanted: Differing) -> Overrides:
    reason = Text(wanted.reason.zh.strip(), wanted.reason.en.strip() or wanted.reason.zh.strip())
    problems = {} if reason.zh else {"reason": "请写明理由。"}
    if not wanted.fields:
        problems["fields"] = "请至少改写一项，或直接接受新标准。"
    own = []
    for name, value in wanted.fields.items():
        override = Override(name, value, reason)
        try:
            inherit.typed(override)
            own.append(override)
        except KeyError:
            problems[name] = "这一项不能由地方改写。"
        except msgspec.ValidationError:
            problems[name] = "内容不合要求，请按格式填写。"
    if problems:
        raise AdoptionInvalid(fields=problems)
    return tuple(own)


def _merged(known: Overrides, own: Overrides, drop: tuple[str, ...]) -> Overrides:
    named = {*(one.field for one in own), *drop}
    return (*(one for one in known if one.field not in named), *own)


def _move(
    rows: list[Implementation],
    version: BasicItemVersion | None,
    change: Callable[[Overrides], Overrides],
    now: datetime,
) -> list[str]:
    """Bring rows to a version (None: each its own) with changed overrides; return the codes of those that changed."""
    shares: dict[tuple[int, str], tuple[str, tuple[object, ...]]] = {}
    written = []
    for row in rows:
        target = version or row.item_version
        known = bulk.json_text(row.overrides)
        if (target.pk, known) not in shares:
            overrides = change(msgspec.convert(row.overrides, Overrides))
            shares[target.pk, known] = (_text(overrides), _columns(offers.item_of(target), overrides))
        text, columns = shares[target.pk, known]
        if target.pk != row.item_version_id or text != known:
            written.append((row.version + 1, target.pk, text, *columns, row.task_code))
    moved = [str(one[-1]) for one in written]
    former.keep(moved, now)
    changed = ("version", "item_version_id", "overrides", *implement.INHERITED)
    bulk.update(Implementation, "task_code", changed, written)
    return moved


def _text(overrides: Overrides) -> str:
    return bulk.json_text(msgspec.to_builtins(overrides))


def _columns(item: BasicItem, overrides: Overrides) -> tuple[object, ...]:
    changed = inherit.as_item(item, inherit.apply(item, overrides))
    broken = consistency.check(changed)
    if broken:
        raise AdoptionInvalid(fields={one.field: consistency.plain(one) for one in reversed(broken)})
    return implement.columns(changed)


def _cited_by_none(body: str, catalog_code: str) -> Callable[[str], bool]:
    texts = [bulk.json_text(one.overrides) for one in deciding.decided_by(body, catalog_code)]
    return lambda article: not any(f'"{article}"' in text for text in texts)


def _told(catalog_code: str, body: str, moved: list[str], reason: str, acting: Actor, now: datetime) -> None:
    audit.record(
        acting=acting,
        action=ImplementationChanged.NAME,
        target=catalog_code,
        now=now,
        after={"body": body, "implementations": len(moved)},
        reason=reason,
    )
    for start in range(0, len(moved), _CHUNK):
        outbox.emit(ImplementationChanged(catalog_code, tuple(moved[start : start + _CHUNK])), now=now)
