"""Amend or repeal an article: one officer enters it, another one confirms, all that cites it is owed a revision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import (
    AlreadyDecided,
    LawChange,
    LawChangeInvalid,
    LawChangeKind,
    LawChangeOpen,
    LawChangeState,
    LawRepealed,
    LawStatus,
    MatterNotFound,
    SamePerson,
    WantedChange,
)
from shudao.contexts.matters.queries import laws
from shudao.contexts.matters.services import allowing, law_in_force, law_owing
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import NotFound
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

_LENGTHS = {"act": 200, "reason": 500}


def propose(*, wanted: WantedChange, acting: Actor, now: datetime, key: str) -> LawChange:
    """Enter a change."""
    allowing.require(allowing.keeps_law(acting), acting)

    def do() -> LawChange:
        row = _article(wanted.article)
        problems = dict(_problems(wanted))
        if problems:
            raise LawChangeInvalid(fields=problems)
        if row.status == LawStatus.REPEALED:
            raise LawRepealed
        if row.changes.filter(state__in=laws.OPEN_STATES).exists():
            raise LawChangeOpen
        made = models.LawChange.objects.create(
            number=new_id(),
            article=row,
            kind=wanted.kind.value,
            state=LawChangeState.PROPOSED.value,
            act=wanted.act.strip(),
            effective_on=wanted.effective_on,
            title=wanted.title.zh.strip(),
            title_en=wanted.title.en.strip(),
            says=wanted.says.zh.strip(),
            says_en=wanted.says.en.strip(),
            reason=wanted.reason.strip(),
            proposed_by=acting.account,
            proposed_at=now,
        )
        after = {"article": row.code, "kind": made.kind, "effective_on": made.effective_on.isoformat()}
        audit.record(
            acting=acting, action="matters.law_proposed", target=made.number, now=now, after=after, reason=made.reason
        )
        return laws.change_of(made)

    return outbox.once(
        scope=f"matters.propose_law:{acting.account}", key=key, request=wanted, result_type=LawChange, do=do
    )


def confirm(*, number: str, acting: Actor, now: datetime, key: str) -> LawChange:
    """Confirm a change that another officer entered."""

    def act(row: models.LawChange) -> None:
        if row.proposed_by == acting.account:
            raise SamePerson
        _decide(row, LawChangeState.CONFIRMED, "", acting, now)
        law_owing.begin(row, acting=acting, now=now)
        if row.effective_on <= local_date(now):
            law_in_force.apply(row, acting=acting, now=now)

    return _on(number, "matters.law_confirmed", act, (number,), acting, now, key)


def refuse(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> LawChange:
    """Refuse a change that another officer entered, or take back one's own."""
    reason = reason.strip()
    if not reason:
        raise LawChangeInvalid(fields={"reason": "请写明理由。"})

    def act(row: models.LawChange) -> None:
        own = row.proposed_by == acting.account
        _decide(row, LawChangeState.WITHDRAWN if own else LawChangeState.REFUSED, reason[:500], acting, now)

    return _on(number, "matters.law_refused", act, (number, reason), acting, now, key)


def _on(
    number: str,
    action: str,
    act: Callable[[models.LawChange], None],
    request: tuple[str, ...],
    acting: Actor,
    now: datetime,
    key: str,
) -> LawChange:
    allowing.require(allowing.keeps_law(acting), acting)

    def do() -> LawChange:
        row = laws.change_rows().select_for_update(of=("self",)).filter(number=number).first()
        if row is None:
            raise NotFound
        before = row.state
        if before != LawChangeState.PROPOSED:
            raise AlreadyDecided
        act(row)
        audit.record(
            acting=acting,
            action=action,
            target=number,
            now=now,
            before={"state": before},
            after={"state": row.state, "article": row.article.code},
            reason=row.decided_why,
        )
        return laws.change_of(row)

    return outbox.once(scope=f"{action}:{acting.account}", key=key, request=request, result_type=LawChange, do=do)


def _decide(row: models.LawChange, state: LawChangeState, why: str, acting: Actor, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at, row.decided_why = state.value, acting.account, now, why
    row.save()


def _article(code: str) -> models.LegalArticle:
    row = models.LegalArticle.objects.select_for_update().filter(code=code).first()
    if row is None:
        raise MatterNotFound
    return row


def _problems(wanted: WantedChange) -> Iterator[tuple[str, str]]:
    for name, longest in _LENGTHS.items():
        said = getattr(wanted, name).strip()
        if not said:
            yield name, "请填写这一项。"
        elif len(said) > longest:
            yield name, "内容过长，请精简。"
    if wanted.kind is LawChangeKind.AMEND:
        for name, text, longest in (("title", wanted.title, 200), ("says", wanted.says, 2000)):
            if not (text.zh.strip() and text.en.strip()):
                yield name, "请用中文和英文填写修改后的内容。"
            elif max(len(text.zh), len(text.en)) > longest:
                yield name, "内容过长，请精简。"
