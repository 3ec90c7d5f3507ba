"""The resource catalogue for machines: public, no data in it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from shudao.contexts.exchange import api
from shudao.contexts.exchange.contracts.registry import CatalogueFormat, Resource
from shudao.contexts.exchange.http import my_data
from shudao.kernel.paging import bounds

router = Router(tags=["exchange"])
router.add_router("", my_data.router)

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
    sensitivity: int


class ResourceOut(Schema):
    """A data resource as the catalogue describes it (core metadata of DB51/T 2847)."""

    code: str
    catalogue_code: str
    name: TextOut
    abstract: TextOut
    provider: str
    classes: list[TextOut]
    format: str
    items: list[ItemOut]
    share_type: str
    condition: TextOut
    basis: TextOut
    cycle: str
    matters: list[str]
    sensitivity: int
    subject: str
    published_on: date


class ResourcesOut(Schema):
    """One page of the catalogue."""

    items: list[ResourceOut]
    page: int
    size: int
    total: int


@router.get("/resources", response=ResourcesOut, url_name="exchange-resources", auth=None)
def resources(request: HttpRequest, provider: str = "", page: int = 1, size: int = 50) -> dict[str, object]:
    """List the catalogue, of one provider or of all."""
    start, stop = bounds(page, size)
    found = [one for one in api.resources() if not provider or one.provider == provider]
    return {"items": found[start:stop], "page": page, "size": size, "total": len(found)}


@router.get("/resources/{code}", response=ResourceOut, url_name="exchange-resource", auth=None)
def resource(request: HttpRequest, code: str) -> Resource:
    """Show one resource."""
    return api.resource(code)


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
