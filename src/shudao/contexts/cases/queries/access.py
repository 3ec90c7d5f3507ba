"""
Who sees and does what. The applicant: their own. A clerk: what was accepted at, or belongs to, their divisions. A
reviewer: what their department decides. For everybody else a case is absent.
"""

from __future__ import annotations

from django.db.models import Q

from shudao.contexts.cases import models
from shudao.contexts.cases.contracts import Action, CaseNotFound, State, StepNotAllowed
from shudao.contexts.cases.rules import lifecycle
from shudao.contexts.cases.rules.lifecycle import Who
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.regions import api as regions
from shudao.kernel.errors import Forbidden, SignInNeeded

NOTHING = Q(pk__in=[])


def own(actor: Actor) -> Q:
    """Return the condition of the actor's own applications, the company's included where they act for one."""
    found = NOTHING
    if actor.person:
        found |= Q(applicant=actor.person)
    if actor.company:
        found |= Q(company=actor.company)
    return found


def of_office(actor: Actor) -> Q:
    """Return the condition of the cases that the actor's offices cover."""
    found = NOTHING
    for department, division in identity.scope(actor, Role.CLERK):
        found |= _in_department(department) & (_within("division", division) | _within("intake_division", division))
    for department, division in identity.scope(actor, Role.REVIEWER):
        found |= _in_department(department) & _within("division", division)
    return found


def drafts_at_window(actor: Actor) -> Q:
    """Return the condition of the drafts that clerks prepare at the actor's windows."""
    found = NOTHING
    for _department, division in identity.scope(actor, Role.CLERK):
        found |= Q(channel="window") & _within("intake_division", division)
    return found


def see(number: str, actor: Actor) -> models.Case:
    """Return the case if the actor may see it. Raises CaseNotFound."""
    found = models.Case.objects.filter(number=number).first()
    if found is None or not (actor.kind == "system" or standing_of(actor, found)):
        raise CaseNotFound
    return found


def standing_of(actor: Actor, case: models.Case) -> frozenset[Who]:
    """Return what the actor is to the case; empty for a stranger."""
    found = set()
    if (actor.person and actor.person == case.applicant) or (actor.company and actor.company == case.company):
        found.add(Who.APPLICANT)
    if any(
        identity.has_role(actor, Role.CLERK, department=case.department, division=place)
        for place in {case.division, case.intake_division}
    ):
        found.add(Who.FRONT)
    if identity.has_role(actor, Role.REVIEWER, department=case.department, division=case.division):
        found.add(Who.REVIEWER)
    return frozenset(found)


def standing(case: models.Case) -> lifecycle.Standing:
    """Return what of the case decides which steps are open."""
    return lifecycle.Standing(
        state=State(case.state),
        asked_before=case.asked_at is not None,
        outstanding=case.outstanding > 0,
        delivered=case.delivered_at is not None,
    )


def actions(actor: Actor, case: models.Case) -> tuple[Action, ...]:
    """Return what the actor may do with the case now."""
    found = lifecycle.open_to(standing(case), standing_of(actor, case))
    if case.accepted_by and case.accepted_by == actor.account:
        return tuple(one for one in found if one is not Action.DECIDE)
    return found


def permit(actor: Actor, case: models.Case, action: Action) -> frozenset[Who]:
    """Return what the actor is to the case. Raises SignInNeeded, Forbidden: not theirs in any state."""
    who = standing_of(actor, case)
    if not any(row.action is action and row.who & who for row in lifecycle.TABLE):
        raise Forbidden if actor.account else SignInNeeded
    return who


def allow(actor: Actor, case: models.Case, action: Action) -> lifecycle.Move:
    """
    Return the step if the actor may take it now.

    Raises:
        SignInNeeded, Forbidden: as `permit`. StepNotAllowed: not in this state.
    """
    who = permit(actor, case, action)
    step = lifecycle.move(standing(case), action)
    if step is None or not step.who & who:
        raise StepNotAllowed(state=case.state)
    return step


def see_draft(draft_id: str, actor: Actor, *, lock: bool = False) -> models.Draft:
    """Return the draft if it is the actor's, or one at a window of theirs. Raises CaseNotFound."""
    rows = models.Draft.objects.select_for_update() if lock else models.Draft.objects
    found = rows.filter(pk=draft_id).first()
    if found is None or not _drafts_own(found, actor):
        raise CaseNotFound
    return found


def _drafts_own(draft: models.Draft, actor: Actor) -> bool:
    if draft.channel == "window":
        return identity.has_role(actor, Role.CLERK, division=draft.intake_division)
    mine = bool(actor.person) and actor.person == draft.applicant
    return mine or (bool(actor.company) and actor.company == draft.company)


def _in_department(department: str | None) -> Q:
    return Q(department=department) if department else Q()


def _within(column: str, division: str | None) -> Q:
    return Q(**{f"{column}__range": regions.span(division)}) if division else Q()
