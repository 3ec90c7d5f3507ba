"""Who keeps the law, the catalogue and what is carried out of it: the rights behind every act of this room."""

from __future__ import annotations

from shudao.contexts.matters.queries.owners import CATALOGUE_KEEPER, LAW_KEEPER
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Forbidden, SignInNeeded


def keeps_law(acting: Actor) -> bool:
    """Return whether the actor may amend the registry of legal sources."""
    return _manages(acting, CATALOGUE_KEEPER, LAW_KEEPER)


def keeps_item(acting: Actor, kind: str) -> bool:
    """Return whether the actor may act on the basic items of a business line."""
    return _manages(acting, CATALOGUE_KEEPER, kind)


def keeps_lists(acting: Actor) -> bool:
    """Return whether the actor may take in lists of matters from elsewhere."""
    return identity.has_role(acting, Role.DATA_BUREAU) or identity.has_role(acting, Role.MATTER_MANAGER)


def answers_for(acting: Actor, body: str, division: str) -> bool:
    """Return whether the actor decides for a body that carries matters out."""
    return identity.has_role(acting, Role.MATTER_MANAGER, department=body, division=division)


def require(allowed: bool, acting: Actor) -> None:
    """Raise SignInNeeded for nobody and Forbidden for somebody else unless `allowed`."""
    if acting.kind == "anonymous":
        raise SignInNeeded
    if not allowed:
        raise Forbidden


def _manages(acting: Actor, *kinds: str) -> bool:
    root = regions.roots()[0].code
    if identity.has_role(acting, Role.DATA_BUREAU, division=root):
        return True
    bodies = [one.code for kind in kinds for one in identity.departments(kind=kind, division=root)]
    return any(identity.has_role(acting, Role.MATTER_MANAGER, department=one, division=root) for one in bodies)
