"""What of a service's answer is shown, and whether whole at once or as it comes."""

from __future__ import annotations

from dataclasses import dataclass

from shudao.faces.gateway.answering import NOTHING
from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.proxy import headers, projection
from shudao.faces.gateway.proxy.lines import Answering
from shudao.plane.grants import Grant, Resource
from shudao.plane.ledger import entry

_JSON = ("content-type", "application/json")
_EMPTY = (204, 304)


@dataclass(frozen=True, slots=True)
class Shown:
    """`body` is all of it; None where `first` has been read and the rest is passed on as it comes."""

    outcome: str
    status: int
    headers: headers.Headers
    body: bytes | None
    first: bytes = b""


async def shown(method: str, answer: Answering, resource: Resource, grant: Grant, fields: tuple[str, ...]) -> Shown:
    """
    Return what the grant lets be shown of the answer.

    Raises:
        UpstreamFailed: it is late, broken off or too large.
        Refused: answer_not_cut: it is no JSON object or list of objects, or more than is held at once, and the caller
            may not have all of it; answer_unsized: a large one that does not say its size, so that its end would look
            like any breaking off.
    """
    if answer.status == 404:
        return Shown(entry.NO_RECORD, 404, [_JSON], NOTHING)
    whole = projection.is_whole(grant, resource, fields)
    given = list(answer.headers.items())
    if method == "HEAD" or answer.status in _EMPTY or answer.length == 0:
        return Shown(entry.ANSWERED, answer.status, headers.answering(given, cut=not whole), b"")
    json = projection.is_json(answer.headers.get("Content-Type", ""), answer.headers.get("Content-Encoding", ""))
    if not json and not whole:
        raise Refused("answer_not_cut")
    body, ended = b"", False
    if answer.length is None or (json and answer.length <= projection.LIMIT):
        body, ended = await _read(answer)
    if ended and not body:
        return Shown(entry.ANSWERED, answer.status, headers.answering(given, cut=not whole), b"")
    if json and ended:
        cut = projection.cut(body, fields, grant)
        if cut is not None:
            return _cut(cut, answer.status, given)
    return await _uncut(answer, headers.answering(given, cut=False), body, whole=whole, ended=ended)


def _cut(body: bytes, status: int, given: headers.Headers) -> Shown:
    if not body:
        return Shown(entry.NO_RECORD, 404, [_JSON], NOTHING)
    return Shown(entry.ANSWERED, status, headers.answering(given, cut=True), body)


async def _uncut(answer: Answering, head: headers.Headers, body: bytes, *, whole: bool, ended: bool) -> Shown:
    if not whole:
        raise Refused("answer_not_cut")
    if ended:
        return Shown(entry.ANSWERED, answer.status, head, body)
    if answer.length is None:
        raise Refused("answer_unsized")
    # Before its entry: what broke off at its first byte was shown to nobody.
    first = body or await answer.piece()
    return Shown(entry.ANSWERED, answer.status, [*head, ("content-length", str(answer.length))], None, first)


async def _read(answer: Answering) -> tuple[bytes, bool]:
    """Return what comes, up to what is held at once, and whether that is all."""
    parts, size = [], 0
    while piece := await answer.piece():
        parts.append(piece)
        size += len(piece)
        if size > projection.LIMIT:
            return b"".join(parts), False
    return b"".join(parts), True
