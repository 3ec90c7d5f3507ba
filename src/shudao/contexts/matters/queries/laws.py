"""The registry of legal sources: documents, articles, how they read before, and changes under way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from shudao.contexts.matters import models
from shudao.contexts.matters.contracts import (
    Article,
    DocumentDays,
    LawChange,
    LawChangeKind,
    LawChangeState,
    LawStatus,
    MatterNotFound,
    Reading,
)
from shudao.contexts.matters.models import FormerArticle, LegalArticle, LegalDocument
from shudao.kernel.errors import NotFound
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text

OPEN_STATES = (LawChangeState.PROPOSED.value, LawChangeState.CONFIRMED.value)


def articles(codes: Iterable[str]) -> dict[str, Article]:
    """Read articles with their documents."""
    found = LegalArticle.objects.filter(code__in={code for code in codes if code.isprintable()})
    return {row.code: article_of(row) for row in found.select_related("document")}


def article(code: str) -> Article:
    """Read one article."""
    try:
        return articles([code])[code]
    except KeyError:
        raise MatterNotFound() from None


def articles_of(document_code: str) -> list[Article]:
    """Read a document's articles in their order: by number where they have one."""
    rows = LegalArticle.objects.filter(document__code=document_code).select_related("document")
    return [article_of(row) for row in sorted(rows, key=lambda row: (_leading(row.number), row.number))]


def readings(code: str) -> list[Reading]:
    """Read how an article reads and read, newest first."""
    present = LegalArticle.objects.get(code=article(code).code)
    former = FormerArticle.objects.filter(article=present).order_by("-version")
    return [
        Reading(
            present.version,
            Text(present.title, present.title_en),
            Text(present.says, present.says_en),
            LawStatus(present.status),
            None,
        ),
        *(
            Reading(
                one.version,
                Text(one.title, one.title_en),
                Text(one.says, one.says_en),
                LawStatus(one.status),
                one.superseded_at,
            )
            for one in former
        ),
    ]


def changes(article_code: str, pending: bool, page: int, size: int) -> Page[LawChange]:
    """Read changes, newest first; of one article, or those that are not in force yet."""
    start, stop = bounds(page, size)
    found = change_rows().order_by("-proposed_at", "-pk")
    if article_code:
        found = found.filter(article__code=article_code)
    if pending:
        found = found.filter(state__in=OPEN_STATES)
    return Page(tuple(change_of(row) for row in found[start:stop]), page, size, found.count())


def change(number: str) -> LawChange:
    """Read one change. Raises NotFound."""
    row = change_rows().filter(number=number).first()
    if row is None:
        raise NotFound
    return change_of(row)


def ending(codes: Iterable[str], day: date) -> bool:
    """Whether one of the articles will be repealed on the day by a change that is confirmed."""
    repeals = models.LawChange.objects.filter(state=LawChangeState.CONFIRMED.value, kind=LawChangeKind.REPEAL.value)
    return repeals.filter(article__code__in=list(codes), effective_on__lte=day).exists()


def change_rows() -> QuerySet[models.LawChange]:
    """All changes with their articles."""
    return models.LawChange.objects.select_related("article")


def change_of(row: models.LawChange) -> LawChange:
    """Turn a stored change into its contract."""
    return LawChange(
        number=row.number,
        article=row.article.code,
        kind=LawChangeKind(row.kind),
        state=LawChangeState(row.state),
        act=row.act,
        effective_on=row.effective_on,
        title=Text(row.title, row.title_en),
        says=Text(row.says, row.says_en),
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decided_why=row.decided_why,
    )


def days_of(row: LegalDocument) -> DocumentDays:
    """The days of a document."""
    return DocumentDays(row.issued_on, row.in_force_on, row.amended_on, row.repealed_on)


def article_of(row: LegalArticle) -> Article:
    """Turn a stored article into its contract."""
    document = row.document
    return Article(
        code=row.code,
        document_code=document.code,
        document=Text(document.title, document.title_en),
        document_number=document.number,
        kind=document.kind,
        number=row.number,
        title=Text(row.title, row.title_en),
        says=Text(row.says, row.says_en),
        verified=row.verified,
        status=LawStatus(row.status),
        version=row.version,
        amended_on=row.amended_on,
        repealed_on=row.repealed_on,
        days=days_of(document),
    )


def _leading(number: str) -> int:
    digits = number.partition("-")[0]
    return int(digits) if digits.isdigit() else 0
