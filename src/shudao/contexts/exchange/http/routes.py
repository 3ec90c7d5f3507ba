"""The resource catalogue for machines: public, no data in it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from shudao.contexts.exchange import api, contracts
from shudao.contexts.exchange.http import my_data
from shudao.kernel.paging import bounds

router = Router(tags=["exchange"])
router.add_router("", my_data.router)


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
def resource(request: HttpRequest, code: str) -> contracts.Resource:
    """Show one resource."""
    return api.resource(code)
