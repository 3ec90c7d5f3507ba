"""Who may apply in the portal, and for whom."""

from __future__ import annotations

from django.http import HttpRequest

from shudao.faces.design.access import actor_of
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Company, Person
from shudao.kernel.errors import Forbidden


class NotAnApplicant(Forbidden):
    """A staff account has no person behind it that could apply."""

    code = "portal.not_an_applicant"
    says = "工作人员账号不能在门户申请事项。"
    advice = "请用本人的个人账号登录后申请；为群众代办请到综合窗口。"


def applicant_of(request: HttpRequest) -> Actor:
    """Return the actor, who is somebody that can apply. Raises NotAnApplicant."""
    actor = actor_of(request)
    if not actor.person:
        raise NotAnApplicant
    return actor


def person_of(actor: Actor) -> Person | None:
    """Return the person behind the actor, None for staff."""
    return identity.person(actor.person) if actor.person else None


def companies_of(actor: Actor) -> list[Company]:
    """Return the companies that the actor may act for."""
    return list(identity.companies_of(actor.person)) if actor.person else []


def prefill(actor: Actor, company_name: str) -> dict[str, str]:
    """Return what the platform knows already, under the names that forms use for it."""
    person = person_of(actor)
    known = {"company.name": company_name, "company-licences.name": company_name}
    known["person.name"] = person.name if person else ""
    return {source: value for source, value in known.items() if value}


def holders_of(actor: Actor) -> list[str]:
    """Return the keys under which the actor holds licences: their own, and those of their companies."""
    return [key for key in (actor.person, *(one.code for one in companies_of(actor))) if key]
