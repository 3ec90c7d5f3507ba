"""What an actor may do, from the grants it carries."""

from __future__ import annotations

from shudao.foundation.audit.contracts import Actor, RoleGrant
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Forbidden, SignInNeeded


def has_role(actor: Actor, role: str, *, department: str | None, division: str | None) -> bool:
    if actor.kind == "system":
        return True
    return any(_covers(grant, department, division) for grant in actor.roles if grant.role == role)


def require(actor: Actor, role: str, *, department: str | None, division: str | None) -> None:
    if actor.kind == "anonymous":
        raise SignInNeeded()
    if not has_role(actor, role, department=department, division=division):
        raise Forbidden()


def may_hand_on(actor: Actor, role: str, *, department: str | None, division: str | None) -> bool:
    """Like `has_role`, but "no limit asked for" is then the widest wish, not no wish."""
    if actor.kind == "system":
        return True
    return any(
        (grant.department is None or grant.department == department)
        and (grant.division is None or (division is not None and regions.within(division, grant.division)))
        for grant in actor.roles
        if grant.role == role
    )


def scope(actor: Actor, role: str) -> list[tuple[str | None, str | None]]:
    if actor.kind == "system":
        return [(None, None)]
    return [(grant.department, grant.division) for grant in actor.roles if grant.role == role]


def _covers(grant: RoleGrant, department: str | None, division: str | None) -> bool:
    if department is not None and grant.department not in (None, department):
        return False
    return division is None or grant.division is None or regions.within(division, grant.division)
