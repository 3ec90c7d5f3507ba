"""Bring confirmed changes of the law into force on their day."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import LawChangeKind, LawChangeState, LawStatus
from shudao.contexts.matters.events import ArticleChanged
from shudao.contexts.matters.models import FormerArticle, LegalArticle
from shudao.contexts.matters.queries import laws
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.time import local_date


def apply_due(*, now: datetime) -> int:
    """Apply every confirmed change whose day has come; return how many."""
    due = laws.change_rows().filter(state=LawChangeState.CONFIRMED.value, effective_on__lte=local_date(now))
    done = 0
    for number in list(due.order_by("effective_on", "pk").values_list("number", flat=True)):
        with outbox.unit_of_work():
            row = laws.change_rows().select_for_update(of=("self",)).get(number=number)
            if row.state == LawChangeState.CONFIRMED:
                apply(row, acting=SYSTEM, now=now)
                done += 1
    return done


def apply(row: models.LawChange, *, acting: Actor, now: datetime) -> None:
    """Let the article read as the change says, keep how it read, tell everybody; in the open unit of work."""
    article = row.article
    before = article.status
    keep(article, now)
    article.version += 1
    article.office = True
    if row.kind == LawChangeKind.AMEND:
        article.status, article.amended_on = LawStatus.AMENDED.value, row.effective_on
        article.title, article.title_en = row.title, row.title_en
        article.says, article.says_en = row.says, row.says_en
    else:
        article.status, article.repealed_on = LawStatus.REPEALED.value, row.effective_on
    article.save()
    article.document.amended_on = row.effective_on
    restate(article.document)
    if article.document.status == LawStatus.REPEALED:
        article.document.repealed_on = row.effective_on
        article.document.save()
    row.state = LawChangeState.APPLIED.value
    row.save()
    audit.record(
        acting=acting,
        action=ArticleChanged.NAME,
        target=article.code,
        now=now,
        before={"status": before, "version": article.version - 1},
        after={"status": article.status, "version": article.version, "change": row.number},
    )
    outbox.emit(ArticleChanged(article.code, article.status), now=now)


def keep(article: LegalArticle, now: datetime) -> None:
    """Keep how an article reads before it changes."""
    FormerArticle.objects.create(
        article=article,
        version=article.version,
        title=article.title,
        title_en=article.title_en,
        says=article.says,
        says_en=article.says_en,
        status=article.status,
        superseded_at=now,
    )


def restate(document: models.LegalDocument) -> None:
    """Let a document stand as its registered articles do: repealed when nothing of it is left in force."""
    standing = set(document.articles.values_list("status", flat=True))
    if standing == {LawStatus.REPEALED.value}:
        document.status = LawStatus.REPEALED.value
    else:
        document.status = (LawStatus.IN_FORCE if standing == {LawStatus.IN_FORCE.value} else LawStatus.AMENDED).value
    document.save()
