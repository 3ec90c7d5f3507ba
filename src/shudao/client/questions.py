"""What is asked: the gateway's three bodies, and the headers beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

BATCH = 100  # subjects that one call may name


def headers(case: str, user: str, purpose: str = "") -> dict[str, str]:
    """Return the headers that say for which case and on whose behalf."""
    found = {"x-road-issue": case, "x-road-userid": user, "x-shudao-purpose": purpose}
    return {name: value for name, value in found.items() if value}


def fields(subject: str, names: Sequence[str], purpose: str) -> bytes:
    """Return the body that asks for fields of one subject."""
    return _body({"subject": subject, "fields": list(names), "purpose": purpose})


def verification(subject: str, values: Mapping[str, object], purpose: str) -> bytes:
    """Return the body that asks whether fields have these values."""
    return _body({"subject": subject, "purpose": purpose, "verify": dict(values)})


def batch(subjects: Sequence[str], names: Sequence[str], purpose: str) -> bytes:
    """Return the body that asks for fields of several subjects. Raises ValueError for none, or too many."""
    if not 1 <= len(subjects) <= BATCH:
        raise ValueError(f"a batch has 1 to {BATCH} subjects")
    return _body({"subjects": list(subjects), "fields": list(names), "purpose": purpose})


def address(service: str, path: str = "", query: str = "") -> str:
    """Return the target of a service: `path` and `query` are percent-encoded already."""
    if path and not path.startswith("/"):
        raise ValueError("the path begins with /")
    return f"/r1/{service}{path}" + (f"?{query}" if query else "")


def _body(question: Mapping[str, object]) -> bytes:
    return json.dumps(question, ensure_ascii=False, default=_day).encode()


def _day(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
