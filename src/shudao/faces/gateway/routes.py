"""Every address that the gateway answers, for the access matrix and for finding one's way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """`access`: "open" to anybody, or "signed" by a registered system."""

    method: str
    path: str
    access: str
    what: str


_SERVICE = "/r1/{instance}/{class}/{code}/{subsystem}"

ROUTES: tuple[Route, ...] = (
    Route("POST", _SERVICE + "/{service}", "signed", "data of one subject; subject, fields and purpose in the body"),
    Route("GET", _SERVICE + "/{service}", "signed", "data of one subject; subject, fields and purpose in headers"),
    *(
        Route(method, _SERVICE + "/{service}/{path}", "signed", "a registered endpoint of a department's own service")
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    ),
    Route("POST", "/session", "signed", "a MAC key for an hour, for a call signed with the system's own key"),
    Route("GET", _SERVICE + "/allowedMethods", "signed", "the services that the caller has a valid grant for"),
    Route("GET", _SERVICE + "/listMethods", "open", "the services of a subsystem"),
    Route("GET", _SERVICE + "/getOpenAPI", "open", "a service's OpenAPI description"),
    Route("GET", "/listClients", "open", "the registered systems"),
    Route("GET", "/health", "open", "whether calls can be answered"),
)
