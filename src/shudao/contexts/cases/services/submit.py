"""Open the case of a draft."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import AlreadySubmitted, Channel, How, MaterialMissing, NeedState, Purpose, State
from shudao.contexts.cases.events import CaseReceived
from shudao.contexts.cases.queries import access, rows
from shudao.contexts.cases.rules import answer, materials, secrets
from shudao.contexts.cases.services import change, notify, numbering, resolve, secret, visits
from shudao.contexts.cases.services.start_draft import IN_USE
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Implementation, MatterNotOffered
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.outbox import api as outbox
from shudao.kernel import ids
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date

_COPIED = [field.name for field in models.Matterly._meta.get_fields()]


def submit(*, draft: str, acting: Actor, now: datetime, key: str) -> contracts.CaseOpened:
    """Resolve what was never resolved (network, no transaction), then open the case once for a key."""
    seen = access.see_draft(draft, acting)
    if not seen.case_number and seen.resolved_at is None:
        resolve.resolve_materials(draft=draft, acting=acting, now=now)
    number = outbox.once(
        scope=f"cases.submit:{acting.account}",
        key=key,
        request=draft,
        result_type=str,
        do=lambda: _open(draft, acting=acting, now=now),
    )
    case = models.Case.objects.get(number=number)
    return contracts.CaseOpened(
        number=number,
        secret=secret.again(case),
        matter=Text(case.matter, case.matter_en),
        department_name=Text(case.department_name, case.department_name_en),
        received_at=case.received_at,
        answer_by=case.answer_by,
    )


def _open(draft_id: str, *, acting: Actor, now: datetime) -> str:
    draft = access.see_draft(draft_id, acting, lock=True)
    if draft.case_number:
        raise AlreadySubmitted(case=draft.case_number)
    matter = matters.implementation(draft.task_code)
    if matter.state != IN_USE:
        raise MatterNotOffered
    needs = rows.needs(draft.id)
    _check(draft, needs)
    case = _case(draft, matter, needs, acting=acting, now=now)
    if not models.Draft.objects.filter(pk=draft.pk, case_number="").update(case_number=case.number):
        raise AlreadySubmitted(case="")
    change.note(case, "receive", acting=acting, now=now)
    if draft.channel == Channel.WINDOW:
        visits.note(case, place=draft.place, purpose=Purpose.SUBMIT, acting=acting, now=now)
    audit.record(
        acting=acting,
        action="cases.submit",
        target=case.number,
        now=now,
        after={"state": case.state, "draft": draft.id},
        case=case.number,
    )
    outbox.emit(
        CaseReceived(
            case=case.number,
            task_code=case.task_code,
            division=case.division,
            department=case.department,
            channel=case.channel,
        ),
        now=now,
    )
    notify.received(case, acting=acting, now=now)
    return case.number


def _check(draft: models.Draft, needs: tuple[contracts.MaterialNeed, ...]) -> None:
    if draft.form_code:
        matters.validate_form(draft.form_code, draft.data, version=draft.form_version)
    missing = {f"material:{need.code}": "请上传这份必要材料。" for need in needs if need.missing}
    if missing:
        raise MaterialMissing(fields=missing)


def _case(
    draft: models.Draft,
    matter: Implementation,
    needs: tuple[contracts.MaterialNeed, ...],
    *,
    acting: Actor,
    now: datetime,
) -> models.Case:
    number = numbering.next_number(draft.task_code, local_date(now))
    nonce = ids.new_id()
    asked, fetched = materials.tally(need.state for need in needs)
    return models.Case.objects.create(
        **{name: getattr(draft, name) for name in _COPIED},
        number=number,
        draft=draft,
        project_type=matter.project_type,
        state=State.RECEIVED,
        received_at=now,
        received_by="" if acting.kind == "person" else acting.account,
        answer_by=answer.answer_by(local_date(now), clocks.calendar().is_working),
        asked=asked,
        fetched=fetched,
        outstanding=sum(1 for need in needs if _may_follow(need)),
        nonce=nonce,
        secret_hash=secrets.hashed(number, secret.make(number, nonce)),
    )


def _may_follow(need: contracts.MaterialNeed) -> bool:
    return need.how is How.APPLICANT and need.state is NeedState.ASKED
