"""The legal registry and the life of basic items for programmes, read-only."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import (
    Article,
    Document,
    FieldDifference,
    Impact,
    ItemLife,
    LawStatus,
    Reading,
)
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, SignInNeeded

router = Router(tags=["matters"])
ArticleCode = Annotated[str, Path(pattern="^[a-z0-9-]{1,40}:[0-9a-z-]{1,19}$")]
DocumentCode = Annotated[str, Path(pattern="^[a-z0-9-]{1,40}$")]
CatalogCode = Annotated[str, Path(pattern="^[0-9]{12}$")]
TaskCode = Annotated[str, Path(pattern="^[0-9A-Z]{31}$")]
Division = Annotated[str | None, Query(pattern="^[1-9][0-9]{11}$")]
_STAFF = (Role.MATTER_MANAGER, Role.DATA_BUREAU, Role.LEADER)
Version = Annotated[int, Query(ge=1, le=1_000_000)]


class DocumentPage(Schema):
    """One page of the registry."""

    items: list[Document]
    number: int
    size: int
    total: int
    pages: int


class DocumentOut(Schema):
    """A document and its registered articles."""

    document: Document
    articles: list[Article]


@router.get("/registry/documents", response=DocumentPage)
def documents(
    request: HttpRequest,
    text: Annotated[str, Query(max_length=80)] = "",
    kind: Annotated[str, Query(pattern="^[a-z]{0,20}$")] = "",
    status: LawStatus | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 20,
) -> dict[str, Any]:
    """The registry of legal sources."""
    found = api.documents(text=text, kind=kind, status=status, page=page, size=size)
    about = {"number": found.number, "size": found.size, "total": found.total, "pages": found.pages}
    return {"items": list(found.items), **about}


@router.get("/registry/documents/{code}", response=DocumentOut)
def document(request: HttpRequest, code: DocumentCode) -> dict[str, Any]:
    """One document with its articles."""
    return {"document": api.document(code), "articles": api.articles_of(code)}


@router.get("/laws/{article}/impact", response=Impact, auth=None)
def impact(request: HttpRequest, article: ArticleCode, division: Division = None) -> Impact:
    """All that rests on an article: items, places, implementations by division. For staff: it reads the whole list."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  set by the actor middleware
    if actor.kind == "anonymous":
        raise SignInNeeded
    if not any(identity.has_role(actor, role) for role in _STAFF):
        raise Forbidden
    return api.impact(article, division=division)


@router.get("/laws/{article}/readings", response=list[Reading])
def readings(request: HttpRequest, article: ArticleCode) -> list[Reading]:
    """How an article reads and read, newest first."""
    return api.readings(article)


@router.get("/items/{code}/life", response=ItemLife)
def life(request: HttpRequest, code: CatalogCode) -> ItemLife:
    """How a basic item stands, with its versions."""
    return api.item_life(code)


@router.get("/items/{code}/differences", response=list[FieldDifference])
def item_differences(request: HttpRequest, code: CatalogCode, before: Version, after: Version) -> Any:
    """The fields in which two versions of a basic item differ."""
    return list(api.compare_items(code, before, after))


@router.get("/{task_code}/differences", response=list[FieldDifference])
def implementation_differences(request: HttpRequest, task_code: TaskCode, before: Version, after: Version) -> Any:
    """The fields in which two versions of an implementation differ."""
    return list(api.compare_implementations(task_code, before, after))
