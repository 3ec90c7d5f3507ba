"""A case's history and what is still to come, as one line of steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from shudao.contexts.cases.contracts import CaseView, Progress, State
from shudao.faces.design.templatetags.design import day, said

_ENDED = (State.DONE, State.REJECTED, State.RETURNED)


@dataclass(frozen=True, slots=True)
class Moment:
    """One step: `state` is done, now or later; `at` is None for what is still to come."""

    name: str
    state: str
    at: datetime | None = None
    note: str = ""
    by: str = ""


def of_case(view: CaseView) -> list[Moment]:
    """Return the steps of a case that its applicant or an officer sees."""
    past = [_past(said(step.name), step.at, step.opinion, step.by) for step in view.steps]
    due = view.promised.on if view.promised else None
    return past + _ahead(view.row.state, view.row.delivered_at, due, view.row.paused)


def of_progress(progress: Progress) -> list[Moment]:
    """Return the steps that anybody with the secret sees."""
    past = [_past(said(step.name), step.at) for step in progress.steps]
    return past + _ahead(progress.state, progress.delivered_at, progress.due_promised, progress.paused)


def _past(name: str, at: datetime, note: str = "", by: str = "") -> Moment:
    return Moment(name, "done", at, note, by)


def _ahead(state: State, delivered: datetime | None, due: date | None, paused: bool) -> list[Moment]:
    if state in _ENDED:
        return [] if delivered or state is not State.DONE else [Moment(gettext("送达结果"), "now")]
    if state is State.SUPPLEMENT:
        now = Moment(gettext("等待您补正材料"), "now", note=gettext("补正期间不计入办理时限"))
    elif state is State.RECEIVED:
        now = Moment(gettext("等待受理"), "now")
    elif paused:
        now = Moment(gettext("办理中（时限暂停）"), "now")
    else:
        now = Moment(gettext("审查办理中"), "now")
    when = gettext("预计 {day} 前").format(day=day(due)) if due else ""
    return [now, Moment(gettext("作出决定并送达结果"), "later", note=when)]
