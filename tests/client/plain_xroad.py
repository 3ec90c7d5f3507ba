"""
An X-Road client written from "X-Road: Message Protocol for REST" and "Service Metadata Protocol for REST" alone.

It knows nothing of signatures, grants or receipts, and imports nothing but the standard library: what it gets through
the access point, any client of that protocol gets.
"""

from __future__ import annotations

import http.client
import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit


class XRoadError(Exception):
    """X-Road itself failed, not the service: 4.6. `status` is the HTTP one."""

    def __init__(self, status: int, type: str, message: str, detail: str, media: str) -> None:
        super().__init__(f"{status} {type}: {message}")
        self.status, self.type, self.message, self.detail, self.media = status, type, message, detail, media


@dataclass(frozen=True)
class Response:
    """What came back; `headers` have lower-case names, as they are not case-sensitive."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class PlainClient:
    """A consumer information system: `client` is its identifier, part by part."""

    def __init__(self, security_server: str, client: Sequence[str]) -> None:
        self._address = urlsplit(security_server)
        self._client = _encoded(client)

    def call(
        self,
        method: str,
        service: Sequence[str],
        path: str = "",
        query: str = "",
        *,
        body: bytes = b"",
        headers: Sequence[tuple[str, str]] = (),
    ) -> Response:
        """`{method} /r1/{serviceId}[/path][?query]` with X-Road-Client. Raises XRoadError."""
        target = "/r1/" + _encoded(service) + path + ("?" + query if query else "")
        return self.send(method, target, [("X-Road-Client", self._client), *headers], body)

    def clients(self, *, xml: bool = False) -> list[str]:
        """`/listClients`: the identifiers of members and subsystems, by JSON or, without Accept for it, by XML."""
        if not xml:
            found = self.send("GET", "/listClients", [("Accept", "application/json")]).json["member"]
            names = ("xroad_instance", "member_class", "member_code", "subsystem_code")
            return ["/".join(one["id"][name] for name in names) for one in found]
        tree = ET.fromstring(self.send("GET", "/listClients", [("Accept", "text/xml")]).body)  # noqa: S314
        ids = tree.iter("{http://x-road.eu/xsd/xroad.xsd}id")
        return ["/".join(part.text or "" for part in one) for one in ids]

    def methods(self, subsystem: Sequence[str], *, allowed: bool = False) -> list[str]:
        """`/r1/{subsystem}/listMethods` or `allowedMethods`: service codes."""
        found = self.call("GET", [*subsystem, "allowedMethods" if allowed else "listMethods"]).json["service"]
        return [one["service_code"] for one in found]

    def openapi(self, subsystem: Sequence[str], code: str) -> Any:
        """`/r1/{subsystem}/getOpenAPI?serviceCode=`."""
        return self.call("GET", [*subsystem, "getOpenAPI"], query="serviceCode=" + quote(code)).json

    def send(self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> Response:
        """One request as it stands, repeated headers repeated. Raises XRoadError where X-Road-Error says so."""
        connection = http.client.HTTPConnection(str(self._address.hostname), self._address.port, timeout=10)
        try:
            connection.putrequest(method, target, skip_host=any(name == "Host" for name, _ in headers))
            for name, value in headers:
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Type", "application/json")
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            response = Response(answer.status, told, answer.read())
        finally:
            connection.close()
        if "x-road-error" in told:
            raise _error(response)
        return response


def _encoded(parts: Sequence[str]) -> str:
    """4.2: UTF-8, percent-encoded part by part; the separator is not."""
    return "/".join(quote(part, safe="") for part in parts)


def _error(response: Response) -> XRoadError:
    media = response.headers["content-type"].partition(";")[0]
    if media.endswith("xml"):
        tree = ET.fromstring(response.body)  # noqa: S314
        told = {part.tag.rpartition("}")[2]: part.text or "" for part in tree}
    else:
        told = response.json
    assert told["type"] == response.headers["x-road-error"]
    return XRoadError(response.status, told["type"], told["message"], told["detail"], media)
