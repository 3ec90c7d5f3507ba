"""Change a case: allowed by the table, once for a key, one step, one audit entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import F

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action, StepNotAllowed
from shudao.contexts.cases.queries import access, rows
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid

Do = Callable[[models.Case], models.Case]


def once(number: str, action: Action, *, acting: Actor, key: str, request: object, do: Do) -> contracts.CaseRow:
    """Let `do` change the case once for a key; strangers learn nothing, not even that a key was used."""
    access.see(number, acting)
    return outbox.once(
        scope=f"cases.{action}:{acting.account}",
        key=key,
        request=(number, request),
        result_type=contracts.CaseRow,
        do=lambda: rows.case_row(do(access.see(number, acting))),
    )


def take(
    case: models.Case,
    action: Action,
    *,
    acting: Actor,
    now: datetime,
    opinion: str = "",
    basis: str = "",
    remedy: str = "",
    **columns: object,
) -> models.Case:
    """
    Take one step of the table and return the case as it is then.

    The row changes only if nobody changed it since it was read: of fifty officers one succeeds (GOALS safety 3).
    """
    step = access.allow(acting, case, action)
    untouched = models.Case.objects.filter(pk=case.pk, version=case.version, state=case.state)
    if not untouched.update(state=step.end.value, version=F("version") + 1, **columns):
        raise StepNotAllowed(state=case.state)
    before = case.state
    case.refresh_from_db()
    note(case, action.value, acting=acting, now=now, opinion=opinion, basis=basis, remedy=remedy)
    audit.record(
        acting=acting,
        action=f"cases.{action}",
        target=case.number,
        now=now,
        before={"state": before, "version": case.version - 1},
        after={"state": case.state, "version": case.version},
        reason=basis,
        case=case.number,
    )
    return case


def note(
    case: models.Case,
    action: str,
    *,
    acting: Actor,
    now: datetime,
    opinion: str = "",
    basis: str = "",
    remedy: str = "",
) -> None:
    """Add a step to the case's history; the applicant's own steps bear no name."""
    models.CaseStep.objects.create(
        case=case,
        action=action,
        state=case.state,
        at=now,
        account=acting.account,
        by="" if acting.kind == "person" else acting.name,
        opinion=opinion,
        basis=basis,
        remedy=remedy,
    )


def required(**values: str) -> None:
    """Raise Invalid for every named value that is blank or over 2,000 characters."""
    blank = {name: "请填写此项。" for name, value in values.items() if not value.strip()}
    long = {name: "此项过长，最多 2000 字。" for name, value in values.items() if len(value) > 2_000}
    if blank or long:
        raise Invalid(fields=blank | long)
