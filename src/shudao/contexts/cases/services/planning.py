"""Say beforehand what the platform gets itself."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts
from shudao.contexts.cases.rules import materials
from shudao.contexts.cases.services import sources
from shudao.contexts.matters import api as matters
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden


def plan(*, task_code: str, applicant: str, company: str, acting: Actor, now: datetime) -> contracts.Plan:
    """Look at licences and library, name the resources, fetch nothing."""
    _check(applicant, company, acting)
    matter = matters.implementation(task_code)
    asking = sources.Asking(applicant=applicant, company=company, case="")
    wanted = [one for one in matter.materials if one.need != materials.NOT_REQUIRED and not one.when_field]
    library = sources.library_of(asking, {sources.kind_of(one) for one in wanted}, now=now) if asking.holder else {}
    found = sources.by_material(
        matter.materials,
        licences_found=sources.licences_of(asking, now=now),
        resources=sources.planned(one for one in wanted if one.resource),
        library=library,
    )
    needs = tuple(materials.resolve(sources.wanted(one, None), found[one.code]) for one in matter.materials)
    return contracts.Plan(task_code=task_code, matter=matter.name, needs=needs)


def _check(applicant: str, company: str, acting: Actor) -> None:
    """Nobody learns from a plan which papers somebody else has; without an applicant it is general."""
    if identity.has_role(acting, Role.CLERK) or (not applicant and not company):
        return
    if applicant and applicant != acting.person:
        raise Forbidden
    if company and company not in {one.code for one in identity.companies_of(acting.person)}:
        raise Forbidden
