"""
Ask a department's own service for fields of one person, as the platform asks the pool.

A service that is to be asked so has an endpoint without parameters. By GET it is told whom and what by headers
(X-Shudao-Subject, X-Shudao-Fields), by POST by a JSON body as the pool gets it, too; it answers with a JSON object, or
with a list of which the first counts.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from shudao.client.calls import Client, Streamed, Unreachable
from shudao.client.errors import Refused
from shudao.contexts.exchange.contracts.registry import Endpoint, Upstream
from shudao.plane.decision import Refusal

_METHODS = ("GET", "POST")


def endpoint(upstream: Upstream) -> Endpoint | None:
    """Return the first registered endpoint that is asked about a person by headers or body alone."""
    fitting = (one for one in upstream.endpoints if one.method in _METHODS and "{" not in one.path)
    return next(fitting, None)


@contextlib.contextmanager
def request(
    client: Client,
    service: str,
    upstream: Upstream,
    subject: str,
    fields: tuple[str, ...],
    purpose: str,
    case: str,
    user: str,
) -> Iterator[Streamed]:
    """Ask. Raises Refused (also where nothing of the service can be asked so), Unreachable."""
    asked = endpoint(upstream)
    if asked is None:
        raise Refused(Refusal.ENDPOINT, "", "", "", "")
    headers = {"x-shudao-subject": subject, "x-shudao-fields": ",".join(fields)}
    body = b""
    if asked.method == "POST":
        headers["content-type"] = "application/json"
        body = json.dumps({"subject": subject, "fields": fields, "purpose": purpose}, ensure_ascii=False).encode()
    path = "" if asked.path == "/" else asked.path
    with client.request(
        asked.method, service, path, body=body, headers=headers, purpose=purpose, case=case, user=user
    ) as reply:
        yield reply


def row(reply: Streamed, fields: tuple[str, ...]) -> Mapping[str, Any] | None:
    """Return the fields of the person, None where the service knows nobody. Raises Unreachable for no JSON object."""
    body = reply.read()
    if reply.status == 404:
        return None
    try:
        found = json.loads(body)
    except ValueError:
        raise Unreachable("the service's answer is no JSON") from None
    if isinstance(found, list):
        if not found:
            return None
        found = found[0]
    if not isinstance(found, dict):
        raise Unreachable("the service's answer is no object")
    return {name: found.get(name) for name in fields}
