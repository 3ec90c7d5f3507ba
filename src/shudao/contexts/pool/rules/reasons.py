"""Whether somebody said why, in words that the audit trail can keep."""

from __future__ import annotations

import re

from shudao.kernel.errors import Invalid

_SHORTEST, _LONGEST = 4, 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def stated(reason: str, otherwise: str) -> str:
    """
    Return a reason without the spaces around it: 4 to 200 characters, one line.

    Args:
        reason: As it was given.
        otherwise: The sentence of the refusal.

    Raises:
        Invalid: field `reason`, with that sentence. (tests/contexts/pool/rules/test_reasons.py)
    """
    reason = reason.strip()
    if not _SHORTEST <= len(reason) <= _LONGEST or _CONTROL.search(reason):
        raise Invalid(fields={"reason": otherwise})
    return reason
