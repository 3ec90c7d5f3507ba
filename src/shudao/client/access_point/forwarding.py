"""One request: read, signed, sent, its answer checked and streamed back."""

from __future__ import annotations

import asyncio
import json
import sys
import time
import traceback
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from shudao.client.access_point import addresses, faults, passing
from shudao.client.access_point.addresses import Kind, Target
from shudao.client.access_point.faults import Fault
from shudao.client.answers import is_refusal
from shudao.client.asynchronous import AsyncClient, AsyncStreamed
from shudao.client.errors import CallFailed, Unreachable
from shudao.client.receipts import Folder
from shudao.client.signing import Outgoing

_BODY_SECONDS = 30.0
_HEALTH_SECONDS = 2.0
_NO_BODY = (204, 304)


@dataclass
class State:
    """What /health tells."""

    key: str
    problem: str = ""
    answered: int = 0
    refused: int = 0
    failed: int = 0
    gateway: tuple[float, bool] = field(default=(0.0, False))  # when it was looked at, whether it answered


class AccessPoint:
    """
    Answers plain X-Road requests of one client.

    Args:
        client: Signs and sends.
        client_id: The only X-Road-Client that is served.
        hosts: Names and addresses that a Host header may have; empty for any.
        body_limit: Bytes of a request's body; it is held in memory until it is signed.
    """

    def __init__(
        self,
        client: AsyncClient,
        client_id: str,
        state: State,
        receipts: Folder | None,
        *,
        hosts: frozenset[str] = frozenset(),
        body_limit: int = 1 << 20,
    ) -> None:
        self._client, self._client_id, self.state, self._receipts = client, client_id, state, receipts
        self._hosts, self._body_limit = hosts, body_limit

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer."""
        call = passing.last(request.headers, "X-Road-Id") or str(uuid.uuid4())
        try:
            return await self._answered(request, call)
        except Fault as fault:
            return self._told(request, fault, call)
        except CallFailed as error:
            return self._told(request, faults.of(error), call)
        except ValueError as error:  # a header that cannot be sent on
            return self._told(request, Fault("bad_request", str(error)), call)
        except ConnectionError:
            raise  # the client has gone
        except Exception:  # a fault of ours must not end the connection without a word
            return self._told(request, Fault("fault"), call, traceback.format_exc())

    async def _answered(self, request: web.BaseRequest, call: str) -> web.StreamResponse:
        if self._hosts and not self._hosts.issuperset(map(_name, request.headers.getall("Host", [""]))):
            raise Fault("foreign_host")  # a page that a browser here has open, by a name that leads to this machine
        target = addresses.parse(request.raw_path)
        if target.kind is Kind.HEALTH:
            return await self._health()
        if target.kind is not Kind.DATA and request.method != "GET":
            raise Fault("invalid_method")
        if target.kind is Kind.OPEN:
            reply = await self._client.plain(target.wire, passing.plain(passing.request(request.headers)))
            headers = passing.answer(reply.headers.items())
            headers.popall("content-length", None)
            return web.Response(status=reply.status, headers=headers, body=reply.body)
        return await self._passed(request, target, call)

    async def _passed(self, request: web.BaseRequest, target: Target, call: str) -> web.StreamResponse:
        name = passing.last(request.headers, "X-Road-Client")
        if not name:
            raise Fault("missing_client")
        if addresses.client(name) != self._client_id:
            raise Fault("unknown_client", self._client_id)
        headers = {**passing.request(request.headers), "x-road-id": call}
        body = await self._body(request)
        async with self._client.streamed(request.method, target.wire, headers, body) as (streamed, sent):
            self._check(target, streamed, sent)
            return await self._back(request, streamed)

    def _check(self, target: Target, streamed: AsyncStreamed, sent: Outgoing) -> None:
        refused = is_refusal(streamed.headers)
        if refused:
            self.state.refused += 1
        if target.kind is Kind.DATA:  # metadata stands in no ledger
            try:
                self._client.check(streamed, sent, target.service)
            except OSError:
                raise Fault("receipts_full") from None
        if not refused:
            self.state.answered += 1

    async def _back(self, request: web.BaseRequest, streamed: AsyncStreamed) -> web.StreamResponse:
        response = web.StreamResponse(status=streamed.status, headers=passing.answer(streamed.raw))
        response.headers["Server"] = "shudao"
        await response.prepare(request)
        if request.method != "HEAD" and streamed.status not in _NO_BODY:
            try:
                async for piece in streamed.pieces():
                    await response.write(piece)
            except (Unreachable, asyncio.CancelledError):
                # The head is out already: only a broken connection tells that the body is not whole.
                if request.transport is not None:
                    request.transport.abort()
                self.state.failed += 1
                raise
        await response.write_eof()
        return response

    async def _body(self, request: web.BaseRequest) -> bytes:
        if (request.content_length or 0) > self._body_limit:
            raise Fault("body_too_large", f"{self._body_limit} bytes")
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        parts, size = [], 0
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                async for piece in request.content.iter_any():
                    size += len(piece)
                    if size > self._body_limit:
                        raise Fault("body_too_large", f"{self._body_limit} bytes")
                    parts.append(piece)
        except TimeoutError:
            raise Fault("body_late") from None
        return b"".join(parts)

    async def _health(self) -> web.StreamResponse:
        looked, reached = self.state.gateway
        if time.monotonic() - looked > _HEALTH_SECONDS:
            try:
                reached = (await self._client.plain("/health", {})).status == 200
            except Unreachable:
                reached = False
            self.state.gateway = (time.monotonic(), reached)
        told: dict[str, Any] = {
            "status": "ok" if reached and not self.state.problem else "degraded",
            "client": self._client_id,
            "key": self.state.key,
            "problem": self.state.problem or None,
            "gateway": "ok" if reached else "unreachable",
            "answered": self.state.answered,
            "refused": self.state.refused,
            "failed": self.state.failed,
            "receipts": self._receipts.count if self._receipts else None,
        }
        headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
        body = json.dumps(told, ensure_ascii=False).encode()
        return web.Response(status=200 if told["status"] == "ok" else 503, headers=headers, body=body)

    def _told(self, request: web.BaseRequest, fault: Fault, call: str, trace: str = "") -> web.StreamResponse:
        self.state.failed += 1
        accept, language = (request.headers.get(name, "") for name in ("Accept", "Accept-Language"))
        try:
            call.encode("ascii")
        except UnicodeEncodeError:
            call = ""
        made = faults.rendered(fault, accept=accept, language=language, call=call)
        print(f"access point: {made.detail} {fault.code} {trace}".rstrip(), file=sys.stderr, flush=True)
        return web.Response(status=made.status, headers=made.headers, body=made.body)


def _name(host: str) -> str:
    host = host.lower()
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
