"""Which roles open which part of the office."""

from __future__ import annotations

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role

CATALOGUE = (Role.MATTER_MANAGER, Role.DATA_BUREAU, Role.LEADER)
IMPORTERS = (Role.MATTER_MANAGER, Role.DATA_BUREAU)
DATA = (Role.DATA_OFFICER, Role.DATA_BUREAU, Role.INTEGRATOR)
STEERING = (Role.DATA_BUREAU, Role.LEADER)
DECIDERS = (Role.DATA_OFFICER, Role.DATA_BUREAU)
ASKERS = (Role.DATA_OFFICER, Role.INTEGRATOR, Role.DATA_BUREAU)
EVIDENCE = (Role.DATA_BUREAU, Role.AUDIT_ADMIN)
LEDGER = (*EVIDENCE, Role.DATA_OFFICER)
OWNERS = (Role.MATTER_MANAGER, Role.DATA_OFFICER, Role.REVIEWER, Role.DATA_BUREAU)
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
ANY = tuple(dict.fromkeys((*CATALOGUE, *DATA, *EVIDENCE, *ADMINISTRATORS)))


def departments_of(actor: Actor, roles: tuple[Role, ...]) -> list[str]:
    """The credit codes of the departments for which the actor holds one of `roles`."""
    return sorted({grant.department for grant in actor.roles if grant.role in roles and grant.department})


def holds(actor: Actor, roles: tuple[Role, ...]) -> bool:
    """Whether the actor holds one of `roles` anywhere."""
    return any(grant.role in roles for grant in actor.roles)
