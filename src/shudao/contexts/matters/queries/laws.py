"""Articles of law."""

from __future__ import annotations

from collections.abc import Iterable

from shudao.contexts.matters.contracts import Article, MatterNotFound
from shudao.contexts.matters.models import LegalArticle
from shudao.kernel.texts import Text


def articles(codes: Iterable[str]) -> dict[str, Article]:
    """Read articles with their documents."""
    found = LegalArticle.objects.filter(code__in={code for code in codes if code.isprintable()}).select_related(
        "document"
    )
    return {row.code: _article(row) for row in found}


def article(code: str) -> Article:
    """Read one article."""
    try:
        return articles([code])[code]
    except KeyError:
        raise MatterNotFound() from None


def _article(row: LegalArticle) -> Article:
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
    )
