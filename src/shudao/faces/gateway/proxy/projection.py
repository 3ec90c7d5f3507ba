"""What of a service's answer is shown: JSON objects are cut to the granted fields and rows. Pure."""

from __future__ import annotations

import msgspec

from shudao.plane.grants import Grant, Resource

LIMIT = 1_048_576  # bytes of an answer that is cut

_Row = dict[str, msgspec.Raw]
_answers = msgspec.json.Decoder(_Row | list[_Row])
_encode = msgspec.json.encode


def is_json(content_type: str, encoding: str) -> bool:
    """Return whether the body is JSON as it stands."""
    kind = content_type.partition(";")[0].strip().lower()
    return (kind == "application/json" or kind.endswith("+json")) and encoding.strip().lower() in ("", "identity")


def is_whole(grant: Grant, resource: Resource, fields: tuple[str, ...]) -> bool:
    """Return whether the caller may have all that there is, so that nothing has to be cut."""
    return grant.scope is None and set(resource.fields) <= set(fields)


def cut(body: bytes, fields: tuple[str, ...], grant: Grant) -> bytes | None:
    """
    Return the object, or the list of objects, cut to `fields` and to the grant's rows; b"" where no row is left of one.

    Values stay byte for byte as they came. None: it is neither an object nor a list of objects.
    """
    try:
        told = _answers.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if isinstance(told, dict):
        return _encode(_fields(told, fields)) if _within(told, grant) else b""
    return _encode([_fields(row, fields) for row in told if _within(row, grant)])


def _fields(row: _Row, fields: tuple[str, ...]) -> _Row:
    return {name: row[name] for name in fields if name in row}


def _within(row: _Row, grant: Grant) -> bool:
    scope = grant.scope
    if scope is None:
        return True
    value = msgspec.json.decode(row[scope.field]) if scope.field in row else ""
    return isinstance(value, str | int) and str(value).startswith(scope.prefixes)
