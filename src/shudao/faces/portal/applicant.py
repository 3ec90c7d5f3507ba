"""Who may apply in the portal, and for whom."""

from __future__ import annotations

from django.http import HttpRequest

from shudao.faces.design.access import actor_of
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Company, Person


def applicant_of(request: HttpRequest) -> Actor:
    """Return who applies; the page's door (`allow(applicant=True)`) lets in nobody else."""
    return actor_of(request)


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
