"""Take a request in: headers once, body up to its limit, nothing more."""

from __future__ import annotations

import asyncio
import binascii
import re
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Any

import msgspec

from shudao.faces.gateway.comparing import Claim
from shudao.faces.gateway.faults import Refused
from shudao.kernel.signatures import Request, content_digest_holds

BODY_LIMIT = 64 * 1024
BATCH = 100  # subjects of one call
_CLAIM = 1024  # characters of a value that is compared
_BODY_SECONDS = 10.0
_SIGNED_ONES = ("x-road-", "x-shudao-")
_ONCE_ONLY = ("host", "signature", "signature-input", "content-digest", "content-length")
_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    The body of a call: `fields` of one `subject`, or of each of `subjects`, or whether one's are as `verify` says.
    """

    subject: str = ""
    fields: tuple[str, ...] = ()
    purpose: str = ""
    verify: dict[str, Claim] = {}
    subjects: tuple[str, ...] = ()


_reading: dict[asyncio.Task[Any], float] = {}
_questions = msgspec.json.Decoder(Question)


@dataclass(slots=True)
class Incoming:
    """A request with its body; `headers` have lower-case names; a `streamed` body is passed on as it comes."""

    request: Request
    headers: dict[str, str]
    body: bytes = b""
    streamed: bool = False


def taken(scope: Any) -> Incoming:
    """Return the request without its body. Raises Refused where a header that must be single is repeated."""
    pairs = scope.headers.items()
    headers: dict[str, str] = dict(pairs)
    if len(headers) != len(pairs):
        headers = _joined(pairs)
    authority, named = headers.get("host", ""), scope.authority
    if named and authority and named != authority:
        raise Refused("malformed_request", "Host")  # of an address in absolute form, which another reader would go by
    authority = authority or named or ""
    return Incoming(Request(scope.method, scope.scheme, authority, scope.path, scope.query_string, headers), headers)


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        if name in headers:
            if name in _ONCE_ONLY or name.startswith(_SIGNED_ONES):
                raise Refused("malformed_request", f"repeated header {name}")
            headers[name] += ", " + value
        else:
            headers[name] = value
    return headers


async def read_body(incoming: Incoming, protocol: Any) -> None:
    """Read the body into `incoming`. Raises Refused as soon as it is too large, late, or not what its digest says."""
    headers = incoming.headers
    length = headers.get("content-length")
    if length is not None and (not length.isascii() or not length.isdigit() or int(length) > BODY_LIMIT):
        raise Refused("body_too_large")
    incoming.body = await _in_time(protocol() if length is not None else _streamed(protocol))
    if incoming.body:
        digest = headers.get("content-digest")
        if digest is None:
            raise Refused("missing_header", "Content-Digest")
        if not content_digest_holds(digest, incoming.body):
            raise Refused("signature_refused", "Content-Digest")


async def _in_time(body: Awaitable[bytes]) -> bytes:
    # A timer for each call costs more than all its other waiting; `end_late_bodies` looks twice a second instead.
    task = asyncio.current_task()
    if task is None:
        return await body
    _reading[task] = monotonic() + _BODY_SECONDS
    try:
        return await body
    except asyncio.CancelledError:
        if task in _reading:
            raise
        task.uncancel()
        raise Refused("malformed_request", "the body did not arrive in time") from None
    finally:
        _reading.pop(task, None)


def end_late_bodies() -> None:
    """Give up on bodies that have been awaited for too long."""
    instant = monotonic()
    for task in [task for task, limit in _reading.items() if limit < instant]:
        del _reading[task]
        task.cancel()


async def _streamed(protocol: Any) -> bytes:
    parts, size = [], 0
    async for part in protocol:
        size += len(part)
        if size > BODY_LIMIT:
            raise Refused("body_too_large")
        parts.append(bytes(part))
    return b"".join(parts)


def ask(incoming: Incoming) -> Question:
    """Return what is asked: of a POST from its body, of a GET from headers. Raises Refused."""
    if incoming.request.method == "POST":
        try:
            question = _questions.decode(incoming.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Refused("malformed_request", "body: {subject | subjects, fields | verify, purpose}") from None
    else:
        headers = incoming.headers
        names = headers.get("x-shudao-fields", "")
        question = Question(
            subject=headers.get("x-shudao-subject", ""),
            fields=tuple(name.strip() for name in names.split(",") if name.strip()),
            purpose=headers.get("x-shudao-purpose", ""),
        )
    _check(question)
    return question


def _check(question: Question) -> None:
    if len(question.purpose) > 64 or not _sound(tuple(question.verify) or question.fields):
        raise Refused("malformed_request", "fields or purpose")
    if question.verify and (question.fields or question.subjects or any(map(_too_long, question.verify.values()))):
        raise Refused("malformed_request", "verify")
    subjects = question.subjects or (question.subject,)
    if bool(question.subject) == bool(question.subjects) or len(subjects) > BATCH:
        raise Refused("malformed_request", f"subject, or 1 to {BATCH} subjects")
    for subject in subjects:
        if not 1 <= len(subject) <= 64:
            raise Refused("malformed_request", "subject")


@lru_cache(1024)
def _sound(names: tuple[str, ...]) -> bool:
    return len(names) <= 100 and all(map(_NAME.fullmatch, names)) and len(set(names)) == len(names)


def _too_long(claim: Claim) -> bool:
    return isinstance(claim, str) and len(claim) > _CLAIM


def base64_of(data: bytes) -> str:
    """Return standard base64 text."""
    return binascii.b2a_base64(data, newline=False).decode()
