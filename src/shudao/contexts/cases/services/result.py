"""Issue the licence that an approval results in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from shudao.contexts.cases import models
from shudao.contexts.cases.queries import rows
from shudao.contexts.cases.queries.shown import fields_of
from shudao.contexts.cases.rules import forms, result
from shudao.contexts.licences import api as licences
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Implementation
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Person
from shudao.kernel.time import local_date


def issue(case: models.Case, *, acting: Actor, now: datetime) -> str:
    """Issue the matter's licence in the caller's transaction; return its number, "" where the matter has none."""
    matter = matters.implementation(case.task_code, version=case.draft.version)
    if not matter.result_licence_type:
        return ""
    person = identity.person(case.applicant)
    kind = licences.licence_type(matter.result_licence_type)
    by_company = bool(case.company) and kind.holder_kind != "person"
    licence = licences.issue(
        type_code=matter.result_licence_type,
        holder_kind="company" if by_company else "person",
        holder=case.company if by_company else case.applicant,
        holder_name=case.company_name if by_company else person.name,
        case=case.number,
        task_code=case.task_code,
        fields=result.fill(matter.result_fields, _given(case, matter, person, now)),
        division=case.division,
        department=case.department,
        valid_from=local_date(now),
        valid_to=None,
        title=matter.result_name,
        acting=acting,
        now=now,
        key=f"{case.number}:result",
    )
    return licence.number


def _given(case: models.Case, matter: Implementation, person: Person, now: datetime) -> result.Given:
    draft = case.draft
    fields = fields_of(draft.form_code, draft.form_version)
    today = local_date(now).isoformat()
    return result.Given(
        form=forms.words(fields, draft.data, identity.masked_id),
        person={"name": person.name, "phone": person.phone_masked},
        company={"name": case.company_name, "code": case.company},
        case={
            "number": case.number,
            "decided_on": today,
            "department_name": case.department_name,
            "matter": case.matter,
        },
        facts=_facts(draft.id, matter),
    )


def _facts(draft_id: str, matter: Implementation) -> dict[str, str]:
    """Return "<dataset>.<field>" → value of every fetched fact ("population.birth_date")."""
    resources = {one.code: one.resource for one in matter.materials}
    found: dict[str, str] = {}
    for need in rows.needs(draft_id):
        for name in _names(resources.get(need.code, "")):
            found |= {f"{name}.{fact.name}": fact.value for fact in need.facts}
    return found


def _names(resource: str) -> Iterable[str]:
    """A resource is called by its code, or by the dataset behind it as forms' prefill does."""
    short = resource.removeprefix("sjzy-")
    dataset = {"population-basic": "population", "marriage-status": "marriage", "company-licence": "company-licences"}
    return [resource, short, *([dataset[short]] if short in dataset else [])] if resource else []
