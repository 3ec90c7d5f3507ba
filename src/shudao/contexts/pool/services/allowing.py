"""Who may change a dataset: the data officers of the department that owns it, and the data bureau."""

from __future__ import annotations

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role


def require_owner(acting: Actor, owner: str) -> None:
    """
    Return if `acting` may change what the department `owner` delivers.

    Raises:
        SignInNeeded, Forbidden.
    """
    if not owns(acting, owner):
        identity.require(acting, Role.DATA_OFFICER, department=owner)


def owns(acting: Actor, owner: str) -> bool:
    """Whether `acting` may change it."""
    return identity.has_role(acting, Role.DATA_BUREAU) or identity.has_role(acting, Role.DATA_OFFICER, department=owner)
