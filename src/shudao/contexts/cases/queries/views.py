"""A whole case, for those who may see it."""

from __future__ import annotations

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action, Purpose, State
from shudao.contexts.cases.queries import access, rows
from shudao.contexts.cases.queries.shown import fields_of
from shudao.contexts.cases.rules import forms
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.clocks.contracts import ClockKind, Due
from shudao.foundation.identity import api as identity
from shudao.kernel.texts import Text

STEP_NAMES: dict[str, Text] = {
    "receive": Text("收件", "Received"),
    Action.ACCEPT: Text("受理", "Accepted"),
    Action.REFUSE_ACCEPTANCE: Text("不予受理", "Not accepted"),
    Action.ASK_SUPPLEMENT: Text("一次性告知补正", "Supplement asked for"),
    Action.SUPPLEMENT: Text("补交材料", "Materials handed in"),
    Action.REVIEW: Text("审查", "Review"),
    Action.SUSPEND: Text("特别程序，停止计时", "Special procedure: clocks stopped"),
    Action.RESUME: Text("恢复计时", "Clocks running again"),
    Action.DECIDE: Text("作出决定", "Decided"),
    Action.DELIVER: Text("送达", "Delivered"),
    Action.CHECK_IN: Text("到场", "Came in person"),
}


def case(number: str, *, acting: Actor) -> contracts.CaseView:
    """Return one case whole, resident IDs masked."""
    found = access.see(number, acting)
    draft = found.draft
    fields = fields_of(draft.form_code, draft.form_version)
    needs = rows.needs(draft.id)
    legal, promised = _dues(found)
    return contracts.CaseView(
        number=found.number,
        row=rows.case_row(found),
        applicant=found.applicant,
        company=found.company,
        place=found.place,
        delivery=contracts.Delivery(found.delivery),
        form_code=draft.form_code,
        form_version=draft.form_version,
        data=forms.masked(fields, draft.data, identity.masked_id),
        needs=needs,
        steps=tuple(_step(row) for row in found.steps.all()),
        visits=tuple(_visit(row) for row in found.visit_facts.all()),
        legal=legal,
        promised=promised,
        notice=_notice(found, needs),
        actions=access.actions(acting, found),
    )


def progress(found: models.Case) -> contracts.Progress:
    """Return how the case stands, without names."""
    state = State(found.state)
    notice = _notice(found, rows.needs(found.draft_id)) if state is State.SUPPLEMENT else None
    return contracts.Progress(
        number=found.number,
        matter=Text(found.matter, found.matter_en),
        department_name=Text(found.department_name, found.department_name_en),
        state=state,
        decision=found.decision,
        paused=found.paused,
        received_at=found.received_at,
        accepted_at=found.accepted_at,
        decided_at=found.decided_at,
        delivered_at=found.delivered_at,
        due_promised=found.due_promised,
        due_legal=found.due_legal,
        asked=tuple(name for _code, name in notice.materials) if notice else (),
        visits=found.visits,
        licence=found.licence,
        steps=tuple(
            contracts.StepView(row.action, STEP_NAMES[row.action], row.at, by="", opinion="", basis="", remedy="")
            for row in found.steps.exclude(action=Action.CHECK_IN)
        ),
    )


def _dues(found: models.Case) -> tuple[Due | None, Due | None]:
    if found.accepted_at is None:
        return None, None
    return clocks.due(found.number, ClockKind.LEGAL), clocks.due(found.number, ClockKind.PROMISED)


def _notice(found: models.Case, needs: tuple[contracts.MaterialNeed, ...]) -> contracts.SupplementNotice | None:
    if found.asked_at is None:
        return None
    names = {need.code: need.name for need in needs}
    return contracts.SupplementNotice(
        at=found.asked_at,
        materials=tuple((code, names[code]) for code in found.asked_materials),
        note=found.asked_note,
    )


def _step(row: models.CaseStep) -> contracts.StepView:
    return contracts.StepView(
        action=row.action,
        name=STEP_NAMES[row.action],
        at=row.at,
        by=row.by,
        opinion=row.opinion,
        basis=row.basis,
        remedy=row.remedy,
    )


def _visit(row: models.Visit) -> contracts.VisitView:
    return contracts.VisitView(
        at=row.at,
        place=row.place,
        place_name=Text(row.place_name, row.place_name_en),
        purpose=Purpose(row.purpose),
    )
