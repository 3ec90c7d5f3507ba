"""Find every material of a draft at its best source."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import MaterialNeed, NeedState
from shudao.contexts.cases.queries import access, drafts, rows
from shudao.contexts.cases.rules import materials
from shudao.contexts.cases.services import sources
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Material
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox

_KEPT = ["position", "kind", "name", "name_en", "need", "how", "state", "why", "why_en", "evidence"]
_KEPT += ["file", "file_name", "given_at", "facts"]


def resolve_materials(*, draft: str, acting: Actor, now: datetime) -> contracts.Draft:
    """Ask the sources first, outside any transaction; then write what they said."""
    row = access.see_draft(draft, acting)
    if row.case_number:
        return drafts.whole(row)
    asked = matters.implementation(row.task_code, version=row.version).materials
    needs = _resolve(row, asked, acting=acting, now=now)
    with outbox.unit_of_work():
        row = access.see_draft(draft, acting, lock=True)
        if not row.case_number:
            _write(row, asked, needs, acting=acting, now=now)
    return drafts.whole(row)


def _resolve(
    row: models.Draft, asked: tuple[Material, ...], *, acting: Actor, now: datetime
) -> dict[str, MaterialNeed]:
    asking = sources.Asking(applicant=row.applicant, company=row.company, case=row.id)
    given = set(row.materials.filter(state=NeedState.UPLOADED).values_list("code", flat=True))
    wanted = {one.code: sources.wanted(one, row.data) for one in asked}
    open_ = [
        one
        for one in asked
        if one.code not in given and one.need != materials.NOT_REQUIRED and wanted[one.code].applies
    ]
    licences = sources.licences_of(asking, now=now)
    resources = sources.exchange_of(
        [one for one in open_ if one.resource and one.licence_type not in licences], asking, acting=acting, now=now
    )
    library = sources.library_of(asking, {sources.kind_of(one) for one in open_}, now=now)
    found = sources.by_material(asked, licences_found=licences, resources=resources, library=library)
    return {one.code: materials.resolve(wanted[one.code], found[one.code]) for one in asked}


def _write(
    row: models.Draft,
    asked: tuple[Material, ...],
    needs: dict[str, MaterialNeed],
    *,
    acting: Actor,
    now: datetime,
) -> None:
    given = set(row.materials.filter(state=NeedState.UPLOADED).values_list("code", flat=True))
    models.CaseMaterial.objects.bulk_create(
        [_kept(row, position, one, needs[one.code]) for position, one in enumerate(asked) if one.code not in given],
        update_conflicts=True,
        unique_fields=["draft", "code"],
        update_fields=_KEPT,
    )
    row.resolved_at = row.updated_at = now
    models.Draft.objects.filter(pk=row.pk).update(resolved_at=now, updated_at=now)
    audit.record(
        acting=acting,
        action="cases.resolve_materials",
        target=row.id,
        now=now,
        after={need.code: [need.how, need.state, need.evidence] for need in needs.values()},
    )


def _kept(row: models.Draft, position: int, material: Material, need: MaterialNeed) -> models.CaseMaterial:
    return models.CaseMaterial(
        draft=row,
        position=position,
        code=need.code,
        kind=sources.kind_of(material),
        holder=row.company or row.applicant,
        name=need.name.zh,
        name_en=need.name.en,
        need=need.need,
        how=need.how,
        state=need.state,
        why=need.why.zh,
        why_en=need.why.en,
        evidence=need.evidence,
        file=need.file,
        file_name=need.file_name,
        facts=[rows.fact_json(fact) for fact in need.facts],
    )
