"""Give a file as a material of a draft."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import AlreadySubmitted
from shudao.contexts.cases.queries import access, drafts, rows
from shudao.contexts.cases.rules import materials
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid


def attach(*, draft: str, material: str, file: StoredFile, acting: Actor, now: datetime) -> contracts.Draft:
    """Replace whatever stood for the material."""
    with outbox.unit_of_work():
        row = access.see_draft(draft, acting, lock=True)
        if row.case_number:
            raise AlreadySubmitted(case=row.case_number)
        give(row, material, file, acting=acting, now=now)
        models.Draft.objects.filter(pk=row.pk).update(updated_at=now)
        row.updated_at = now
    return drafts.whole(row)


def give(draft: models.Draft, material: str, file: StoredFile, *, acting: Actor, now: datetime) -> None:
    """Keep the file as the material, in the caller's transaction."""
    kept = models.CaseMaterial.objects.filter(draft=draft, code=material).first()
    if kept is None:
        raise Invalid(fields={f"material:{material}": "这个事项没有这份材料，请先获取材料清单。"})
    need = materials.given(rows.need(kept), file=file.digest, file_name=file.name[:200])
    kept.how, kept.state, kept.why, kept.why_en = need.how, need.state, need.why.zh, need.why.en
    kept.evidence, kept.facts, kept.given_at = "", [], now
    kept.file, kept.file_name = need.file, need.file_name
    kept.save()
    audit.record(
        acting=acting,
        action="cases.attach",
        target=draft.id,
        now=now,
        after={"material": material, "file": file.digest},
        case=draft.case_number,
    )
