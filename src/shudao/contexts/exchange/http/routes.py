"""The resource catalogue for machines: public, no data in it."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.registry import CatalogueFormat, Listed, Looked, ShareType
from shudao.contexts.exchange.http import my_data, silos, wishes

router = Router(tags=["exchange"])
router.add_router("", my_data.router)
router.add_router("", silos.router)
router.add_router("", wishes.router)

_MEDIA_TYPES = {
    CatalogueFormat.TURTLE: "text/turtle; charset=utf-8",
    CatalogueFormat.JSON_LD: "application/ld+json",
}


class TextOut(Schema):
    """Chinese and English."""

    zh: str
    en: str


class ItemOut(Schema):
    """One information item."""

    name: str
    title: TextOut
    kind: str
    length: int
    sensitivity: int
    personal: bool


class ResourceOut(Schema):
    """
    A data resource as the catalogue describes it (core metadata of DB51/T 2847).

    `source` is "dataset" (of the pool) or "service" (the department's own); `updated_at` when the dataset's current
    snapshot was made, null where there is none; `late` whether that is longer ago than the cycle says.
    """

    code: str
    catalogue_code: str
    name: TextOut
    abstract: TextOut
    provider: str
    classes: list[TextOut]
    format: str
    items: list[ItemOut]
    share_type: str
    share_mode: str
    condition: TextOut
    basis: TextOut
    opened: bool
    open_condition: TextOut
    cycle: str
    matters: list[str]
    related: list[str]
    sensitivity: int
    subject: str
    published_on: date
    version: int
    state: str
    source: str
    updated_at: datetime | None
    late: bool


class ResourcesOut(Schema):
    """One page of the catalogue."""

    items: list[ResourceOut]
    page: int
    size: int
    total: int


class LookedIn(Schema):
    """What is looked for: words; provider's credit code; first digits of the catalogue code; share type 1, 2 or 3."""

    text: str = Field("", max_length=200)
    provider: str = ""
    class_code: str = Field("", max_length=20)
    share_type: ShareType | None = None
    late: bool = False
    sort: str = ""
    page: int = 1
    size: int = 50


@router.get("/resources", response=ResourcesOut, url_name="exchange-resources", auth=None)
def resources(request: HttpRequest, looked: Query[LookedIn]) -> dict[str, object]:
    """List what is offered: all of it, or what holds the words and stands under the terms asked for."""
    wanted = looked.dict(exclude={"page", "size"})
    found = api.search_resources(Looked(**wanted), page=looked.page, size=looked.size)
    return {"items": [_out(one) for one in found.items], "page": found.number, "size": found.size, "total": found.total}


@router.get("/resources/{code}", response=ResourceOut, url_name="exchange-resource", auth=None)
def resource(request: HttpRequest, code: str) -> dict[str, object]:
    """Show one resource, also one that is suspended or retired."""
    return _out(api.resource_entry(code))


def _out(one: Listed) -> dict[str, object]:
    entry = one.resource
    shown = {name: getattr(entry, name) for name in ResourceOut.model_fields if hasattr(entry, name)}
    source = "service" if entry.upstream is not None else "dataset"
    return shown | {"source": source, "updated_at": one.updated_at, "late": one.late}


@router.get("/catalogue.ttl", url_name="exchange-catalogue-ttl", auth=None)
def catalogue_turtle(request: HttpRequest) -> HttpResponse:
    """The whole catalogue in DCAT-AP 3, as Turtle."""
    return _catalogue(request, CatalogueFormat.TURTLE)


@router.get("/catalogue.jsonld", url_name="exchange-catalogue-jsonld", auth=None)
def catalogue_json_ld(request: HttpRequest) -> HttpResponse:
    """The whole catalogue in DCAT-AP 3, as JSON-LD."""
    return _catalogue(request, CatalogueFormat.JSON_LD)


def _catalogue(request: HttpRequest, form: CatalogueFormat) -> HttpResponse:
    site = request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(api.dcat(form, site=site), content_type=_MEDIA_TYPES[form])
