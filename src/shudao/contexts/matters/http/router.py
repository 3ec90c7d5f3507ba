"""The public, read-only JSON API of the library."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import Article
from shudao.contexts.matters.http.schemas import FormOut, MatterOut, MatterPage, NationalOut

router = Router(tags=["matters"])
_PROVINCE = "510000000000"


@router.get("/matters", response=MatterPage)
def find(
    request: HttpRequest,
    text: str = Query("", max_length=100),
    division: str = Query(_PROVINCE, pattern=r"^[0-9]{12}$"),
    audience: str | None = Query(None, pattern="^(person|company)$"),
    department_kind: str | None = Query(None, max_length=8),
    theme: str | None = Query(None, max_length=8),
    event: str | None = Query(None, max_length=40),
    below: bool = False,
    page: int = Query(1, ge=1, le=100_000),
    size: int = Query(20, ge=1, le=200),
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


@router.get("/matters/{task_code}", response=MatterOut)
def matter(request: HttpRequest, task_code: str, version: int | None = None) -> dict[str, Any]:
    """One implementation, present or former version."""
    found = api.implementation(task_code, version=version)
    cited = {*found.by_law, *found.legal.basis, *found.promised.basis}
    cited |= {code for part in (*found.materials, *found.fees) for code in part.by_law}
    return {"matter": found, "articles": sorted(api.articles(cited).values(), key=lambda one: one.code)}


@router.get("/matters/{task_code}/national", response=NationalOut)
def national(request: HttpRequest, task_code: str, version: int | None = None) -> Any:
    """The 120 national exchange fields of an implementation; sets are lists."""
    return api.national_fields(api.implementation(task_code, version=version))


@router.get("/forms/{code}", response=FormOut)
def form(request: HttpRequest, code: str, version: int | None = None) -> dict[str, Any]:
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
def law(request: HttpRequest, article: str) -> Article:
    """One article of law: "<document>:<number>"."""
    return api.article(article)
