"""The gateway as an RSGI application."""

from __future__ import annotations

import asyncio
import gc
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import msgspec

from shudao.faces.gateway import addresses, calling, faults, incoming, metadata
from shudao.faces.gateway.configuration import handed_over
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.recording import Reply, new_trace
from shudao.faces.gateway.worker import Worker
from shudao.kernel import problem
from shudao.kernel.errors import NotFound, ShudaoError, SignInNeeded
from shudao.kernel.time import now
from shudao.plane.once import StoreUnavailable

_JSON = ("content-type", "application/json; charset=utf-8")
_encode = msgspec.json.encode


class SnapshotMissing(ShudaoError):
    """The gateway has no valid grant snapshot."""

    code = "gateway.no_snapshot"
    status = 503
    says = "授权快照尚未发布或已损坏。"
    advice = "请联系系统管理员重新发布授权快照。"


class Gateway:
    """One worker's application; `ROUTES` in routes.py lists what it answers."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._following: asyncio.Task[None] | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._worker = Worker(handed_over())
        self._following = loop.create_task(self._worker.follow())
        # What is there now stays; the many small things of calls are looked through less often than the default.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._following is not None:
            self._following.cancel()
        if self._worker is not None:
            if self._worker.proxy is not None and not loop.is_running():
                loop.run_until_complete(self._worker.proxy.close())
            self._worker.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(403)
            return
        try:
            reply = await self._reply(scope, protocol)
            if reply is None:
                return
            status, headers, body = reply
        except Exception:  # a fault of ours must not end the connection without a word
            trace = new_trace()
            print(f"gateway: fault {trace}\n{traceback.format_exc()}", file=sys.stderr, flush=True)
            status, kind, body, _ = faults.rendered("fault", "", trace=trace, accept="", language="")
            headers = [("content-type", kind)]
        protocol.response_bytes(status, headers, b"" if scope.method == "HEAD" else body)

    async def _reply(self, scope: Any, protocol: Any) -> Reply | None:
        worker = self._worker
        if worker is None:
            raise RuntimeError("not started")
        path = scope.path
        if path.startswith("/r1/"):
            return await _called(worker, scope, protocol, addresses.parse(path))
        answer = _OTHERS.get((scope.method, path))
        if answer is None:
            return refused(NotFound())
        return await answer(worker, scope, protocol)


async def _called(worker: Worker, scope: Any, protocol: Any, address: addresses.Address | None) -> Reply | None:
    if address is not None:
        if worker.proxy is not None and (resource := worker.proxied(address.service)) is not None:
            return await worker.proxy.call(scope, protocol, address, resource)
        if address.path != "/":
            address = None
        elif address.code in addresses.METADATA:
            return _described(worker, scope, address)
    return await calling.call(worker, scope, protocol, address)


def _described(worker: Worker, scope: Any, address: addresses.Address) -> Reply:
    book = worker.book
    if book is None:
        return refused(SnapshotMissing())
    if scope.method != "GET":
        return _fault("invalid_method")
    if address.code == "getOpenAPI":
        code = parse_qs(scope.query_string).get("serviceCode", [""])[0]
        found = metadata.openapi(book, address, code)
        return (200, [_JSON], _encode(found)) if found is not None else _fault("unknown_service")
    client = None
    if address.code == "allowedMethods":
        try:
            client = worker.authentication.caller(incoming.taken(scope), book, now()).client
        except Refused as error:
            return _fault(error.code, error.why)
    return 200, [_JSON], _encode(metadata.methods(book, address, client, now()))


def _fault(code: str, why: str = "") -> Reply:
    status, kind, body, fault = faults.rendered(code, why, trace=new_trace(), accept="", language="")
    return status, [("content-type", kind), ("x-road-error", fault), ("x-shudao-refusal", code)], body


async def _clients(worker: Worker, scope: Any, protocol: Any) -> Reply:
    if worker.book is None:
        return refused(SnapshotMissing())
    instance = parse_qs(scope.query_string).get("xRoadInstance", [""])[0]
    if "json" in (scope.headers.get("accept") or ""):
        return 200, [_JSON], _encode(metadata.clients(worker.book, instance))
    return 200, [("content-type", "text/xml; charset=utf-8")], metadata.clients_xml(worker.book, instance)


async def _session(worker: Worker, scope: Any, protocol: Any) -> Reply:
    if worker.book is None:
        return refused(SnapshotMissing())
    instant = now()
    try:
        request = incoming.taken(scope)
        await incoming.read_body(request, protocol)
        caller = worker.authentication.caller(request, worker.book, instant, session_allowed=False)
    except Refused as error:
        return refused(SessionRefused(why=error.why or error.code))
    except StoreUnavailable as error:
        return refused(error)
    session = worker.sessions.open(caller.client, caller.public_key, int(instant.timestamp()))
    opened = {"key_id": session.id, "secret": incoming.base64_of(session.secret), "expires": session.expires}
    return 200, [_JSON, ("cache-control", "no-store")], _encode(opened)


async def _health(worker: Worker, scope: Any, protocol: Any) -> Reply:
    state = worker.health()
    return (200 if state["snapshot"] is not None else 503), [_JSON, ("cache-control", "no-store")], _encode(state)


class SessionRefused(SignInNeeded):
    """The signature that asks for a session does not hold."""

    code = "gateway.session_refused"
    says = "会话密钥未发放：{why}。"
    advice = "请用本系统登记的密钥签名，并检查时间和 nonce。"


_OTHERS: dict[tuple[str, str], Callable[[Worker, Any, Any], Awaitable[Reply]]] = {
    ("POST", "/session"): _session,
    ("GET", "/listClients"): _clients,
    ("GET", "/health"): _health,
    ("HEAD", "/health"): _health,
}


def refused(error: ShudaoError) -> Reply:
    """Return problem+json, on every address that is not `/r1/`."""
    trace = new_trace()
    return error.status, [("content-type", problem.MEDIA_TYPE)], _encode(problem.problem(error, trace=trace))


app = Gateway()
