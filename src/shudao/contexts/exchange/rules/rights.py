"""Who may decide: the right of the source department's data officer, and the four eyes."""

from __future__ import annotations

from shudao.foundation.audit.contracts import Actor


def decides_own(acting: Actor, *, requested_by: str, department: str) -> bool:
    """
    Return whether deciding would be deciding one's own wish: `acting` asked, or holds a role in the asking department.

    Source:
        four eyes (safety goal 9); proved by tests/contexts/exchange/rules/test_requests.py
    """
    if acting.account == requested_by:
        return True
    return any(grant.department == department for grant in acting.roles)
