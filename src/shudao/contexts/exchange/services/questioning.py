"""A person asks why their data were used, or objects; the calling department answers."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import (
    QUESTION_DUTY,
    AlreadyAnswered,
    DataUse,
    NoSuchUse,
    Question,
    Tone,
)
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.events import UseAnswered, UseQuestioned
from shudao.contexts.exchange.models import vault
from shudao.contexts.exchange.queries import disputes, uses
from shudao.contexts.exchange.rules import disputing
from shudao.contexts.exchange.services import owed
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text

ANSWERERS = (Role.DATA_OFFICER, Role.INTEGRATOR)
_TITLES = {
    Tone.QUESTION: Text("答复个人关于数据使用的询问", "Answer a person's question about a use of data"),
    Tone.OBJECTION: Text("答复个人对数据使用的异议", "Answer a person's objection to a use of data"),
}


def ask(*, entry: str, tone: Tone, text: str, acting: Actor, now: datetime, key: str) -> Question:
    if acting.kind != "person" or not acting.person:
        raise Forbidden
    if problem := disputing.text_problem(text):
        raise RequestInvalid(fields={"text": problem})
    used = uses.use(acting.person, entry, now=now)
    if not used.department:
        raise NoSuchUse

    def do() -> str:
        if models.Question.objects.filter(entry=entry, person=acting.person, tone=tone.value).exists():
            raise AlreadyAnswered(number=entry)
        return _keep(used, tone, text.strip(), acting, now)

    # Only the number is kept for the key: the texts are personal.
    number = outbox.once(
        scope=f"exchange.ask_about_use:{acting.account}",
        key=key,
        request=(entry, tone, text),
        result_type=str,
        do=do,
    )
    return disputes.question_of(disputes.question_row(number))


def _keep(used: DataUse, tone: Tone, text: str, acting: Actor, now: datetime) -> str:
    number, due_on = new_id(), owed.due(disputing.QUESTION_DAYS, now=now)
    duty = owed.owe(
        kind=QUESTION_DUTY,
        owner=used.department,
        subject=number,
        title=_TITLES[tone],
        due_on=due_on,
        evidence={"entry": used.line.entry, "resource": used.line.resource},
        acting=acting,
        now=now,
        key=number,
    )
    models.Question.objects.create(
        number=number,
        entry=used.line.entry,
        tone=tone.value,
        person=acting.person,
        resource=used.line.resource,
        department=used.department,
        asked_at=now,
        due_on=due_on,
        duty=duty,
        text=vault.seal(text.encode(), place=disputes.text_place(number)),
    )
    after = {"entry": used.line.entry, "tone": tone.value, "due_on": due_on.isoformat()}
    audit.record(acting=acting, action=UseQuestioned.NAME, target=number, now=now, after=after)
    outbox.emit(UseQuestioned(number), now=now)
    return number


def answer(*, number: str, text: str, acting: Actor, now: datetime, key: str) -> Question:
    if problem := disputing.text_problem(text):
        raise RequestInvalid(fields={"answer": problem})

    def do() -> str:
        row = disputes.question_row(number, lock=True)
        if acting.kind != "staff" or not any(
            identity.has_role(acting, role, department=row.department) for role in ANSWERERS
        ):
            raise Forbidden
        if row.answered_at is not None:
            raise AlreadyAnswered(number=number)
        row.answered_by, row.answered_at = acting.account, now
        row.answer = vault.seal(text.strip().encode(), place=disputes.answer_place(number))
        row.save()
        owed.done(row.duty, evidence={"answered": number}, acting=acting, now=now)
        audit.record(acting=acting, action=UseAnswered.NAME, target=number, now=now, after={"answered": True})
        outbox.emit(UseAnswered(number), now=now)
        return number

    outbox.once(scope=f"exchange.answer_use:{acting.account}", key=key, request=(number, text), result_type=str, do=do)
    return disputes.question_of(disputes.question_row(number))
