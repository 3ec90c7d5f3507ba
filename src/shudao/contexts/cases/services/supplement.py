"""Ask once for everything that is missing; give what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Action, AlreadyAskedOnce, MaterialMissing, NeedState, Purpose, State
from shudao.contexts.cases.events import CaseSupplementAsked, CaseSupplemented
from shudao.contexts.cases.queries import access, rows
from shudao.contexts.cases.rules import materials
from shudao.contexts.cases.services import attach, change, notify, visits
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.files.contracts import StoredFile
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid


def ask(
    *, case: str, materials: tuple[str, ...], note: str, acting: Actor, now: datetime, key: str
) -> contracts.CaseRow:
    """Tell everything once."""
    change.required(note=note)

    def do(found: models.Case) -> models.Case:
        access.permit(acting, found, Action.ASK_SUPPLEMENT)
        if found.asked_at is not None and found.state == State.RECEIVED:
            raise AlreadyAskedOnce
        names = _names(found, materials)
        found = change.take(
            found,
            Action.ASK_SUPPLEMENT,
            acting=acting,
            now=now,
            opinion=note,
            asked_at=now,
            asked_materials=list(materials),
            asked_note=note,
        )
        outbox.emit(CaseSupplementAsked(case=found.number, department=found.department), now=now)
        notify.supplement_asked(found, names, note=note, acting=acting, now=now)
        return found

    request = (list(materials), note)
    return change.once(case, Action.ASK_SUPPLEMENT, acting=acting, key=key, request=request, do=do)


def give(
    *,
    case: str,
    files: Mapping[str, StoredFile],
    note: str,
    place: str,
    acting: Actor,
    now: datetime,
    key: str,
) -> contracts.CaseRow:
    """Hand in what was asked for."""

    def do(found: models.Case) -> models.Case:
        access.allow(acting, found, Action.SUPPLEMENT)
        _check(found, files, note)
        for code, file in files.items():
            attach.give(found.draft, code, file, acting=acting, now=now)
        states = list(found.draft.materials.values_list("state", flat=True))
        asked, fetched = materials.tally(NeedState(state) for state in states)
        found = change.take(
            found,
            Action.SUPPLEMENT,
            acting=acting,
            now=now,
            opinion=note,
            asked=asked,
            fetched=fetched,
            outstanding=states.count(NeedState.ASKED.value),
        )
        if place:
            visits.note(found, place=place, purpose=Purpose.SUPPLEMENT, acting=acting, now=now)
        outbox.emit(CaseSupplemented(case=found.number, department=found.department), now=now)
        return found

    request = (sorted((code, file.digest) for code, file in files.items()), note, place)
    return change.once(case, Action.SUPPLEMENT, acting=acting, key=key, request=request, do=do)


def _names(found: models.Case, codes: tuple[str, ...]) -> list[contracts.MaterialNeed]:
    known = {need.code: need for need in rows.needs(found.draft_id)}
    strange = {f"material:{code}": "这个事项没有这份材料。" for code in codes if code not in known}
    if strange:
        raise Invalid(fields=strange)
    return [known[code] for code in codes]


def _check(found: models.Case, files: Mapping[str, StoredFile], note: str) -> None:
    if found.state == State.SUPPLEMENT:
        absent = {f"material:{code}": "请补交这份材料。" for code in found.asked_materials if code not in files}
        if absent:
            raise MaterialMissing(fields=absent)
        if not files and not note.strip():
            raise Invalid(fields={"note": "请说明补正的内容。"})
        return
    open_ = set(found.draft.materials.filter(state=NeedState.ASKED).values_list("code", flat=True))
    if not files:
        raise Invalid(fields={"files": "请选择要补交的文件。"})
    strange = {f"material:{code}": "这份材料不在待补交之列。" for code in files if code not in open_}
    if strange:
        raise Invalid(fields=strange)
