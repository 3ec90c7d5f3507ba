"""The registry's list of documents, with how much of the catalogue rests on each."""

from __future__ import annotations

from django.db.models import Count, Q

from shudao.contexts.matters.contracts import Document, DocumentOrder, LawStatus, MatterNotFound
from shudao.contexts.matters.models import LegalArticle, LegalDocument
from shudao.contexts.matters.queries.impact import cited_by
from shudao.contexts.matters.queries.laws import days_of
from shudao.kernel.paging import Page, bounds
from shudao.kernel.texts import Text


def documents(
    text: str, kind: str, status: LawStatus | None, order: DocumentOrder, page: int, size: int
) -> Page[Document]:
    """Read one page of the registry; sorted here, as it has hundreds of documents and its order counts citations."""
    start, stop = bounds(page, size)
    found = LegalDocument.objects.annotate(registered=Count("articles"))
    if text:
        words = Q(title__icontains=text) | Q(title_en__icontains=text) | Q(number__icontains=text) | Q(code=text)
        within = LegalArticle.objects.filter(Q(title__icontains=text) | Q(says__icontains=text)).values("document_id")
        found = found.filter(words | Q(pk__in=within))
    if kind:
        found = found.filter(kind=kind)
    if status:
        found = found.filter(status=status.value)
    citing = _citing_documents()
    rows = [_document(row, row.registered, citing.get(row.code, 0)) for row in found.order_by("title", "code")]
    if order is DocumentOrder.MOST_CITED:
        rows.sort(key=lambda one: -one.cited_by)
    elif order is DocumentOrder.LATEST:
        rows.sort(key=lambda one: one.days.in_force.toordinal() if one.days.in_force else 0, reverse=True)
    return Page(tuple(rows[start:stop]), page, size, len(rows))


def document(code: str) -> Document:
    """Read one document."""
    row = LegalDocument.objects.filter(code=code).annotate(registered=Count("articles")).first()
    if row is None:
        raise MatterNotFound()
    return _document(row, row.registered, _citing_documents().get(code, 0))


def _document(row: LegalDocument, registered: int, cited: int) -> Document:
    """Turn a stored document into its contract."""
    return Document(
        code=row.code,
        title=Text(row.title, row.title_en),
        number=row.number,
        kind=row.kind,
        status=LawStatus(row.status),
        days=days_of(row),
        articles=registered,
        cited_by=cited,
    )


def _citing_documents() -> dict[str, int]:
    items: dict[str, set[str]] = {}
    for code, citing in cited_by().items():
        items.setdefault(code.partition(":")[0], set()).update(citing)
    return {code: len(found) for code, found in items.items()}
