"""Write the registry from its content: new readings only where something changed, the office's own left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shudao.contexts.matters.contracts import Article, LawStatus
from shudao.contexts.matters.models import LegalArticle, LegalDocument
from shudao.contexts.matters.services import law_in_force

_WORDS = ("title", "title_en", "says", "says_en", "verified")


def laws(articles: Mapping[str, Article], *, overwrite: bool, now: datetime) -> tuple[int, tuple[str, ...]]:
    """
    Write documents and articles; return how many documents, and the articles that were left as the office made them.

    What is no longer in the content stays for old cites. `overwrite` takes the content over the office's changes too.
    """
    documents = _documents(articles)
    present = {row.code: row for row in LegalArticle.objects.select_related("document")}
    kept, new = [], []
    for article in articles.values():
        row = present.get(article.code)
        if row is None:
            new.append(LegalArticle(code=article.code, document_id=documents[article.document_code], **_of(article)))
        elif _of(article) != _now(row) or row.status == LawStatus.REPEALED:
            if row.office and not overwrite:
                kept.append(article.code)
            else:
                _change(row, article, now)
    LegalArticle.objects.bulk_create(new)
    return len(documents), tuple(kept)


def _documents(articles: Mapping[str, Article]) -> dict[str, int]:
    """Write the documents; the standing of one that the office changed is its articles' affair."""
    by_document = {one.document_code: one for one in articles.values()}
    LegalDocument.objects.bulk_create(
        [
            LegalDocument(
                code=code,
                title=one.document.zh,
                title_en=one.document.en,
                number=one.document_number,
                kind=one.kind,
                issued_on=one.days.issued,
                in_force_on=one.days.in_force,
            )
            for code, one in by_document.items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "title_en", "number", "kind", "issued_on", "in_force_on"],
    )
    return {code: pk for code, pk in LegalDocument.objects.values_list("code", "pk") if code in by_document}


def _change(row: LegalArticle, article: Article, now: datetime) -> None:
    law_in_force.keep(row, now)
    for name, value in _of(article).items():
        setattr(row, name, value)
    row.version += 1
    row.office, row.status, row.amended_on, row.repealed_on = False, LawStatus.IN_FORCE.value, None, None
    row.save()
    law_in_force.restate(row.document)


def _of(article: Article) -> dict[str, object]:
    values = (article.title.zh, article.title.en, article.says.zh, article.says.en, article.verified)
    return {"number": article.number, **dict(zip(_WORDS, values, strict=True))}


def _now(row: LegalArticle) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("number", *_WORDS)}
