"""The public, read-only JSON API of the library."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import Article
from shudao.contexts.matters.http import laws
from shudao.contexts.matters.http.schemas import FormOut, MatterOut, MatterPage, NationalOut

router = Router(tags=["matters"])
router.add_router("", laws.router)
_PROVINCE = "510000000000"
TaskCode = Annotated[str, Path(pattern="^[0-9A-Z]{31}$")]
Word = Annotated[str, Path(pattern="^[a-z0-9-]{1,60}$")]
ArticleCode = Annotated[str, Path(pattern="^[a-z0-9-]{1,40}:[0-9a-z-]{1,19}$")]
Version = Annotated[int | None, Query(ge=1, le=1_000_000)]
Division = Annotated[str, Query(pattern="^[1-9][0-9]{11}$")]
Code = Annotated[str | None, Query(pattern="^[a-z0-9-]{1,40}$")]


@router.get("", response=MatterPage)
def find(
    request: HttpRequest,
    text: Annotated[str, Query(max_length=100)] = "",
    division: Division = _PROVINCE,
    audience: Annotated[str | None, Query(pattern="^(person|company)$")] = None,
    department_kind: Code = None,
    theme: Code = None,
    event: Code = None,
    below: bool = False,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 20,
) -> dict[str, Any]:
    """Matters that people of a division can use."""
    found = api.find(
        text=text,
        division=division,
        audience=audience,
        department_kind=department_kind,
        theme=theme,
        event=event,
        below=below,
        page=page,
        size=size,
    )
    return {
        "items": list(found.items),
        "number": found.number,
        "size": found.size,
        "total": found.total,
        "pages": found.pages,
    }


@router.get("/forms/{code}", response=FormOut)
def form(request: HttpRequest, code: Word, version: Version = None) -> dict[str, Any]:
    """A form, present or former version."""
    found = api.form(code, version=version)
    return {
        "code": found.code,
        "version": found.version,
        "title": found.title,
        "form_schema": dict(found.schema),
        "layout": list(found.layout),
    }


@router.get("/laws/{article}", response=Article)
def law(request: HttpRequest, article: ArticleCode) -> Article:
    """One article of law: "<document>:<number>"."""
    return api.article(article)


@router.get("/{task_code}", response=MatterOut)
def matter(request: HttpRequest, task_code: TaskCode, version: Version = None) -> dict[str, Any]:
    """One implementation, present or former version."""
    found = api.implementation(task_code, version=version)
    return {"matter": found, "articles": sorted(api.articles(found.cited).values(), key=lambda one: one.code)}


@router.get("/{task_code}/national", response=NationalOut)
def national(request: HttpRequest, task_code: TaskCode, version: Version = None) -> Any:
    """The 120 national exchange fields of an implementation; sets are lists."""
    return api.national_fields(api.implementation(task_code, version=version))
