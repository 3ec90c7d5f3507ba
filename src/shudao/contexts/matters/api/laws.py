"""The door to the law: the registry, what rests on an article, and how an article changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shudao.contexts.matters.contracts import (
    Article,
    Document,
    DocumentOrder,
    Impact,
    LawChange,
    LawStatus,
    Reading,
    WantedChange,
)
from shudao.contexts.matters.queries import impact as _impact
from shudao.contexts.matters.queries import laws, registry
from shudao.contexts.matters.services import allowing as _allowing
from shudao.contexts.matters.services import law_in_force as _law_in_force
from shudao.contexts.matters.services import registering as _registering
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.regions import api as _regions
from shudao.kernel.paging import Page


def articles(codes: Iterable[str]) -> dict[str, Article]:
    """Return the articles by code in one query; unknown codes are absent."""
    return laws.articles(codes)


def article(code: str) -> Article:
    """Return one article. Raises MatterNotFound."""
    return laws.article(code)


def documents(
    *,
    text: str = "",
    kind: str = "",
    status: LawStatus | None = None,
    order: DocumentOrder = DocumentOrder.TITLE,
    page: int = 1,
    size: int = 20,
) -> Page[Document]:
    """
    Return one page of the registry of legal sources.

    Args:
        text: Part of a title, number or article, or a document's code; "" for all.
        kind: "law", "regulation", "rule", "local" or "document"; "" for all.
        status: Only documents that stand so; None for all.
        order: By title, the latest in force first, or the most cited first.
        page: From 1.
        size: 1–200.
    """
    return registry.documents(text, kind, status, order, page, size)


def document(code: str) -> Document:
    """Return one document. Raises MatterNotFound."""
    return registry.document(code)


def articles_of(document_code: str) -> list[Article]:
    """Return a document's registered articles by number."""
    return laws.articles_of(document_code)


def readings(article_code: str) -> list[Reading]:
    """Return how an article reads and how it read, newest first. Raises MatterNotFound."""
    return laws.readings(article_code)


def citing(article_codes: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return for each article the catalogue codes of the items whose accepted version cites it; none is left out."""
    found = _impact.cited_by()
    return {code: frozenset(found.get(code, ())) for code in article_codes}


def impact(article_code: str, *, division: str | None = None) -> Impact:
    """
    Return all that rests on an article: items with the places that cite it, and their implementations, exactly.

    Args:
        article_code: "<document>:<number>".
        division: 12 digits; only implementations inside it, counted by its children. None means the province.

    Raises:
        MatterNotFound: no such article. DivisionNotFound.
    """
    return _impact.of(laws.article(article_code).code, division or _regions.roots()[0].code)


def law_changes(*, article: str = "", pending: bool = False, page: int = 1, size: int = 20) -> Page[LawChange]:
    """Return amendments and repeals, newest first: of one article, or only those that are not in force yet."""
    return laws.changes(article, pending, page, size)


def law_change(number: str) -> LawChange:
    """Return one amendment or repeal. Raises NotFound."""
    return laws.change(number)


def keeps_law(acting: Actor) -> bool:
    """Return whether the actor may enter and confirm changes of the law: the province's keepers and its bureau."""
    return _allowing.keeps_law(acting)


def propose_law_change(*, wanted: WantedChange, acting: Actor, now: datetime, key: str) -> LawChange:
    """
    Enter an amendment or repeal of an article; nothing changes until somebody else confirms it.

    Args:
        wanted: The act, its first day, why, and the new words of an amendment in both languages.
        acting: A keeper of the law.
        now: Aware, UTC.
        key: Idempotency key.

    Raises:
        LawChangeInvalid: fields `act`, `reason`, `title`, `says`.
        LawChangeOpen: another change of it is under way. LawRepealed. MatterNotFound. Forbidden, SignInNeeded.
    """
    return _registering.propose(wanted=wanted, acting=acting, now=now, key=key)


def confirm_law_change(*, number: str, acting: Actor, now: datetime, key: str) -> LawChange:
    """
    Confirm what another keeper entered: all that cites the article is owed a revision; it holds from its day on.

    Opens a duty for the department of every item that cites it, and for every body whose own additions do: twenty
    working days, or the day it holds where that is later.

    Raises:
        SamePerson: one's own. AlreadyDecided. NotFound. Forbidden, SignInNeeded.

    Emits:
        ArticleChanged, after commit, when its day has come; else `apply_law_changes` does.
    """
    return _registering.confirm(number=number, acting=acting, now=now, key=key)


def refuse_law_change(*, number: str, reason: str, acting: Actor, now: datetime, key: str) -> LawChange:
    """Refuse what another keeper entered, or withdraw one's own. Raises as `confirm_law_change`; LawChangeInvalid."""
    return _registering.refuse(number=number, reason=reason, acting=acting, now=now, key=key)


def apply_law_changes(*, now: datetime) -> int:
    """Bring every confirmed change whose day has come into force; return how many. Runs by itself."""
    return _law_in_force.apply_due(now=now)
