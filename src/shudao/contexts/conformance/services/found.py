"""One deviation with what it was found in: an implementation, a basic item, or a body that lacks one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shudao.contexts.conformance import models
from shudao.contexts.conformance.contracts.findings import FindingState
from shudao.contexts.conformance.contracts.rules import Deviation
from shudao.contexts.conformance.queries.surroundings import Bodies
from shudao.contexts.conformance.rules.catalogue import RULES
from shudao.contexts.matters.contracts import BasicItem, Listed
from shudao.foundation.identity.contracts import Department
from shudao.kernel.ids import new_id
from shudao.kernel.time import local_date

TOWNSHIP_KINDS = ("zf", "cun")
LISTS_FOR_OTHERS = "zw"


@dataclass(frozen=True, slots=True)
class Found:
    """`listed`, `body` or neither (then it is about the item itself); rows and items are shared, never copied."""

    deviation: Deviation
    item: BasicItem
    listed: Listed | None = None
    body: Department | None = None
    level: str = ""
    reason: str = ""

    @property
    def subject(self) -> str:
        """What it is about."""
        if self.listed:
            return self.listed.task_code
        return f"{self.body.code}:{self.item.catalog_code}" if self.body else self.item.catalog_code

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same finding when it is found again."""
        return self.subject, self.deviation.rule, self.deviation.field, self.deviation.part[:200]

    def evidence(self) -> dict[str, Any]:
        """Versions that were compared, the place's reason and the rule's sentence."""
        said = {"item_version": self.item.version, "reason": self.reason, "detail": self.deviation.detail}
        if self.listed:
            said["version"] = self.listed.version
        return {name: value for name, value in said.items() if value}

    def row(self, bodies: Bodies, province: str, now: datetime) -> models.Finding:
        """A new finding, not saved: its day and duty are still to come."""
        made = models.Finding(
            number=new_id(),
            rule=self.deviation.rule,
            severity=RULES[self.deviation.rule].severity.value,
            field=self.deviation.field,
            part=self.deviation.part[:200],
            subject=self.subject,
            catalog_code=self.listed.catalog_code if self.listed else self.item.catalog_code,
            name=self.item.name.zh,
            name_en=self.item.name.en,
            department_kind=self.item.department_kind,
            expected=self.deviation.expected,
            found=self.deviation.found,
            evidence=self.evidence(),
            state=FindingState.OPEN.value,
            opened_at=now,
            due_on=local_date(now),
        )
        self._place(made, bodies, province)
        return made

    def _place(self, made: models.Finding, bodies: Bodies, province: str) -> None:
        kind = self.item.department_kind
        # Townships and villages keep no lists themselves, and cannot change them: the service authority above does.
        kind = LISTS_FOR_OTHERS if kind in TOWNSHIP_KINDS else kind
        if self.listed:
            row = self.listed
            made.task_code, made.division, made.use_level = row.task_code, row.division, row.use_level
            made.department, made.body_kind = row.department, row.body_kind
            made.department_name, made.department_name_en = row.department_name, row.department_name_en
            known = bodies.by_code.get(row.department)
            made.owner = known.code if known and known.kind == kind else bodies.owner(kind, row.division)
            return
        made.division = self.body.division if self.body else province
        made.owner = bodies.owner(kind, made.division)
        made.use_level = self.level
        if self.body:
            made.department, made.body_kind = self.body.code, self.body.kind
            made.department_name, made.department_name_en = self.body.name.zh, self.body.name.en
        else:
            made.department, made.body_kind = made.owner, kind
