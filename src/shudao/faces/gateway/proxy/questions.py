"""Whom a call to a department's service is about, what for, which fields: by headers, the subject also by the body."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from shudao.faces.gateway.faults import Refused
from shudao.faces.gateway.incoming import Incoming
from shudao.faces.gateway.proxy import queries
from shudao.plane.grants import Resource

_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,64}")
_MOST_FIELDS = 100
_LONGEST = 64  # characters of a subject, and of a purpose


@dataclass(frozen=True, slots=True)
class Asked:
    """`fields` that the caller wants; none for all that the grant has."""

    subject: str
    purpose: str
    fields: tuple[str, ...]


def ask(request: Incoming, path: str, resource: Resource) -> Asked:
    """Return what is asked. Raises Refused."""
    headers, query = request.headers, request.request.query
    purpose = headers.get("x-shudao-purpose", "")
    fields = tuple(name.strip() for name in headers.get("x-shudao-fields", "").split(",") if name.strip())
    if len(fields) > _MOST_FIELDS or len(set(fields)) != len(fields) or not all(map(_NAME.fullmatch, fields)):
        raise Refused("malformed_request", "X-Shudao-Fields")
    if not _is_plain(purpose):
        raise Refused("malformed_request", "X-Shudao-Purpose")
    subject = _subject(request)
    if not subject and resource.personal:
        raise Refused("missing_header", "X-Shudao-Subject")
    if not queries.is_plain(query):
        raise Refused("malformed_request", "query")
    if queries.names_subject(path, query, subject):
        raise Refused("subject_in_path")
    return Asked(subject, purpose, fields)


def _subject(request: Incoming) -> str:
    given = request.headers.get("x-shudao-subject", "").strip()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    told = _told(request.body) if kind == "application/json" and request.body else given
    if given and told and given != told:
        raise Refused("malformed_request", "two subjects")
    subject = given or told
    if not _is_plain(subject):
        raise Refused("malformed_request", "subject")
    return subject


def _told(body: bytes) -> str:
    """Return the body's `subject`, "" where it has none. Raises Refused where readers could differ about it."""
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Refused("malformed_request", "JSON") from None
    subject = found.get("subject", "") if isinstance(found, dict) else ""
    if not isinstance(subject, str):
        raise Refused("malformed_request", "subject")
    return subject.strip()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _is_plain(text: str) -> bool:
    return len(text) <= _LONGEST and text.isascii() and (text.isprintable() or not text)
