"""problem+json (RFC 9457): how an error looks to a machine. One shape on every address that is not a page."""

from __future__ import annotations

from collections.abc import Callable

from shudao.kernel.errors import Invalid, ShudaoError, fill

MEDIA_TYPE = "application/problem+json"


def problem(error: ShudaoError, *, trace: str, translate: Callable[[str], str] = str) -> dict[str, object]:
    """
    Return the problem+json members of `error`.

    Args:
        error: The refusal.
        trace: The id under which logs hold this request.
        translate: Maps a Chinese catalogue key to the reader's language.

    Returns:
        `type` (a URN of the stable code), `code`, `title`, `status`, `detail` (what to do next), `trace`, and `fields`
        (name → sentence) where fields are at fault.

    Source:
        RFC 9457 §3; proved by tests/kernel/test_problem.py
    """
    body: dict[str, object] = {
        "type": f"urn:shudao:problem:{error.code}",
        "code": error.code,
        "title": fill(translate(error.says), error.details),
        "status": error.status,
        "detail": fill(translate(error.advice), error.details),
        "trace": trace,
    }
    if isinstance(error, Invalid) and error.fields:
        body["fields"] = {name: translate(sentence) for name, sentence in error.fields.items()}
    return body
