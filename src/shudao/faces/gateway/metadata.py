"""X-Road's metadata services: who is registered, which services there are, which the caller may use."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from shudao.faces.gateway.addresses import Address
from shudao.faces.gateway.describing import described
from shudao.plane.decision import Book
from shudao.plane.grants import Resource

_POOLED = [("POST", "/"), ("GET", "/")]


def clients(book: Book, instance: str) -> dict[str, Any]:
    """Return `/listClients`, of one X-Road instance where it is named."""
    systems = [system for system in book.snapshot.systems if instance in ("", system.client.split("/")[0])]
    return {"member": [{"id": _identifier(system.client), "name": system.name} for system in systems]}


def clients_xml(book: Book, instance: str) -> bytes:
    """Return `/listClients` as XML, which X-Road gives unless JSON is asked for."""
    parts = []
    for member in clients(book, instance)["member"]:
        names = {
            "xRoadInstance": "xroad_instance",
            "memberClass": "member_class",
            "memberCode": "member_code",
            "subsystemCode": "subsystem_code",
        }
        inside = "".join(f"<id:{tag}>{escape(member['id'][name])}</id:{tag}>" for tag, name in names.items())
        parts.append(
            f'<xrd:member><xrd:id id:objectType="SUBSYSTEM">{inside}</xrd:id>'
            f"<xrd:name>{escape(member['name'])}</xrd:name></xrd:member>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?><xrd:clientList xmlns:xrd="http://x-road.eu/xsd/xroad.xsd" '
        'xmlns:id="http://x-road.eu/xsd/identifiers">' + "".join(parts) + "</xrd:clientList>"
    ).encode()


def methods(book: Book, address: Address, client: str | None, now: datetime) -> dict[str, Any]:
    """Return the services of the address's subsystem: all, or those that `client` has a valid grant for."""
    found = [resource for resource in book.snapshot.resources if resource.service.rpartition("/")[0] == address.owner]
    if client is not None:
        found = [resource for resource in found if _granted(book, resource, client, now)]
    return {"service": [_service(resource) for resource in found]}


def openapi(book: Book, address: Address, code: str) -> dict[str, Any] | None:
    """Return the OpenAPI 3.0 description of a service of the subsystem, None where there is none."""
    resource = book.services.get(f"{address.owner}/{code}")
    return described(resource) if resource is not None else None


def _granted(book: Book, resource: Resource, client: str, now: datetime) -> bool:
    grants = book.grants.get((client, resource.code), [])
    return any(grant.valid_from <= now < grant.valid_to for grant in grants)


def _service(resource: Resource) -> dict[str, Any]:
    upstream = resource.upstream
    endpoints = _POOLED if upstream is None else [(each.method, each.path) for each in upstream.endpoints]
    return {
        **_identifier(resource.service),
        "object_type": "SERVICE",
        "service_type": "OPENAPI",
        "endpoint_list": [{"method": method, "path": path} for method, path in endpoints],
    }


def _identifier(text: str) -> dict[str, str]:
    names = ("xroad_instance", "member_class", "member_code", "subsystem_code", "service_code")
    return {"object_type": "SUBSYSTEM", **dict(zip(names, text.split("/"), strict=False))}
