"""Rows of the tables as contracts."""

from __future__ import annotations

from typing import Any

from shudao.contexts.cases import contracts, models
from shudao.kernel.texts import Text


def case_row(case: models.Case) -> contracts.CaseRow:
    """Return a case as lists show it."""
    return contracts.CaseRow(
        number=case.number,
        task_code=case.task_code,
        matter=Text(case.matter, case.matter_en),
        project_type=case.project_type,
        division=case.division,
        intake_division=case.intake_division,
        department=case.department,
        department_name=Text(case.department_name, case.department_name_en),
        applicant_name=case.applicant_name,
        company_name=case.company_name,
        channel=contracts.Channel(case.channel),
        state=contracts.State(case.state),
        decision=case.decision,
        paused=case.paused,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        decided_at=case.decided_at,
        delivered_at=case.delivered_at,
        due_legal=case.due_legal,
        due_promised=case.due_promised,
        visits=case.visits,
        licence=case.licence,
    )


def draft(row: models.Draft, needs: tuple[contracts.MaterialNeed, ...]) -> contracts.Draft:
    """Return a draft with its materials."""
    return contracts.Draft(
        id=row.id,
        task_code=row.task_code,
        version=row.version,
        matter=Text(row.matter, row.matter_en),
        division=row.division,
        department=row.department,
        department_name=Text(row.department_name, row.department_name_en),
        applicant=row.applicant,
        applicant_name=row.applicant_name,
        company=row.company,
        company_name=row.company_name,
        channel=contracts.Channel(row.channel),
        place=row.place,
        delivery=contracts.Delivery(row.delivery),
        form_code=row.form_code,
        form_version=row.form_version,
        data=row.data,
        needs=needs,
        resolved_at=row.resolved_at,
        case=row.case_number,
        updated_at=row.updated_at,
    )


def needs(draft_id: str) -> tuple[contracts.MaterialNeed, ...]:
    """Return a draft's materials in the catalogue's order, by one query."""
    return tuple(need(row) for row in models.CaseMaterial.objects.filter(draft_id=draft_id))


def need(row: models.CaseMaterial) -> contracts.MaterialNeed:
    """Return one material."""
    return contracts.MaterialNeed(
        code=row.code,
        name=Text(row.name, row.name_en),
        need=row.need,
        how=contracts.How(row.how),
        state=contracts.NeedState(row.state),
        why=Text(row.why, row.why_en),
        evidence=row.evidence,
        file=row.file,
        file_name=row.file_name,
        facts=tuple(_fact(one) for one in row.facts),
    )


def fact_json(fact: contracts.Fact) -> dict[str, str]:
    """Return a fact as it is kept."""
    return {"name": fact.name, "zh": fact.label.zh, "en": fact.label.en, "value": fact.value}


def _fact(kept: dict[str, Any]) -> contracts.Fact:
    return contracts.Fact(kept["name"], Text(kept["zh"], kept["en"]), kept["value"])
