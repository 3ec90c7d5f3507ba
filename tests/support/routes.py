"""Every address of the system, read from where it is declared: the URL resolver, the OpenAPI document, the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Route:
    """One address: `surface` is "page", "api" or "gateway"; `who` is what the code declares, "" where it cannot."""

    surface: str
    address: str
    who: str


def pages() -> list[Route]:
    """The pages, with what `allow` was told."""
    return [Route("page", address, declared(view)) for address, view in _walk(get_resolver(), "/")]


def declared(view: object) -> str:
    """A view's access in the matrix's words; "undeclared" where nobody said."""
    rule = getattr(view, "access", None)
    if rule is None:
        return "undeclared"
    if rule.public:
        return "everybody"
    if rule.applicant:
        return "applicant"
    return "signed in" if rule.signed_in else " ".join(sorted(rule.roles))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, object]]:
    for entry in resolver.url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if not address.startswith("/api/"):
                yield from _walk(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.callback


def operations() -> list[Route]:
    """The operations of the JSON API."""
    from shudao.config.api import api

    schema = api.get_openapi_schema()
    found = [
        Route("api", f"{method.upper()} {path}", "") for path, methods in schema["paths"].items() for method in methods
    ]
    return [*found, Route("api", "GET /api/v1/openapi.json", "")]


def gateway() -> list[Route]:
    """The gateway's routes."""
    from shudao.faces.gateway.routes import ROUTES

    return [Route("gateway", f"{route.method} {route.path}", "") for route in ROUTES]


def every() -> list[Route]:
    """All of them."""
    return [*pages(), *operations(), *gateway()]
