"""Who may keep the register: the data bureau everywhere, a department's own staff for the department."""

from __future__ import annotations

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, SignInNeeded


def require_for(acting: Actor, department: str, *roles: Role) -> None:
    """
    Let the data bureau pass, and whoever holds one of `roles` for the department.

    Raises:
        SignInNeeded: nobody is signed in.
        Forbidden: somebody else is.
    """
    if acting.kind == "anonymous":
        raise SignInNeeded
    if identity.has_role(acting, Role.DATA_BUREAU):
        return
    if not any(identity.has_role(acting, role, department=department) for role in roles):
        raise Forbidden
