"""
Tell the applicant how the case goes on: in the same transaction, never twice.

Whoever applied on line is told in that account; whoever came to the window, in the account that they have by then.
"""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.cases import models
from shudao.contexts.cases.contracts import Decision, Delivery, MaterialNeed
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as messages
from shudao.kernel.texts import Text

SUBJECT_LIMIT = 200  # a message's; a matter's English name alone may be longer
_HOW = {
    Delivery.ONLINE: Text(
        "办理结果已在网上送达，可在“我的办件”和“我的证照”中查看。", "See “My cases” and “My licences”."
    ),
    Delivery.PICKUP: Text("办理结果已由您在窗口领取。", "You picked the result up at the window."),
    Delivery.POST: Text("办理结果已经寄出。", "The result has been posted to you."),
}


def received(case: models.Case, *, acting: Actor, now: datetime) -> None:
    """The receipt."""
    subject = Text(f"已收到您的申请：{case.matter}", f"We have your application: {_matter(case).en}")
    by = f"{case.answer_by}"
    body = Text(
        f"办件编号 {case.number}。{case.department_name}将在 {by} 前告知是否受理。",
        f"Case number {case.number}. {_department(case).en} will say by {by} whether it is accepted.",
    )
    _send(case, "received", subject, body, acting=acting, now=now)


def accepted(case: models.Case, *, acting: Actor, now: datetime) -> None:
    """Accepted, with both dates."""
    subject = Text(f"您的申请已受理：{case.matter}", f"Your application was accepted: {_matter(case).en}")
    body = Text(
        f"承诺 {case.due_promised} 前办结，法定期限为 {case.due_legal}。",
        f"Promised by {case.due_promised}; the legal limit is {case.due_legal}.",
    )
    _send(case, "accepted", subject, body, acting=acting, now=now)


def rejected(case: models.Case, *, reason: str, remedy: str, acting: Actor, now: datetime) -> None:
    """Not accepted, why, and what can be done."""
    subject = Text(f"您的申请不予受理：{case.matter}", f"Your application was not accepted: {_matter(case).en}")
    body = Text(f"理由：{reason}。您可以：{remedy}", f"Reason: {reason}. You can: {remedy}")
    _send(case, "rejected", subject, body, acting=acting, now=now)


def supplement_asked(case: models.Case, needs: list[MaterialNeed], *, note: str, acting: Actor, now: datetime) -> None:
    """Everything that is missing, at once."""
    subject = Text(f"请补正材料：{case.matter}", f"Please complete your application: {_matter(case).en}")
    chinese = "、".join(need.name.zh for need in needs)
    english = ", ".join(need.name.en or need.name.zh for need in needs)
    body = Text(
        f"需要补正：{chinese or '见说明'}。说明：{note}",
        f"Needed: {english or 'see the note'}. Note: {note}",
    )
    _send(case, "supplement", subject, body, acting=acting, now=now)


def decided(case: models.Case, *, opinion: str, remedy: str, acting: Actor, now: datetime) -> None:
    """The decision, with the remedy where it was refused."""
    if case.decision == Decision.APPROVE:
        subject = Text(f"您的申请已获准予：{case.matter}", f"Your application was approved: {_matter(case).en}")
        licence = (
            Text(f"证照编号 {case.licence}。", f" Licence number {case.licence}.") if case.licence else Text("", "")
        )
        body = Text(f"审查意见：{opinion}。{licence.zh}", f"Opinion: {opinion}.{licence.en}")
    else:
        subject = Text(f"您的申请未获准予：{case.matter}", f"Your application was refused: {_matter(case).en}")
        body = Text(f"理由：{opinion}。您可以：{remedy}", f"Reason: {opinion}. You can: {remedy}")
    _send(case, "decided", subject, body, acting=acting, now=now)


def delivered(case: models.Case, *, how: Delivery, acting: Actor, now: datetime) -> None:
    """Delivered; a rating is invited."""
    subject = Text(f"办理结果已送达：{case.matter}", f"The result has been delivered: {_matter(case).en}")
    body = Text(f"{_HOW[how].zh}欢迎对本次服务作出评价。", f"{_HOW[how].en} You are welcome to rate this service.")
    _send(case, "delivered", subject, body, acting=acting, now=now)


def _send(case: models.Case, what: str, subject: Text, body: Text, *, acting: Actor, now: datetime) -> None:
    account = case.account or identity.account_of(case.applicant)
    if account:
        messages.send(
            to=account,
            subject=Text(subject.zh[:SUBJECT_LIMIT], subject.en[:SUBJECT_LIMIT]),
            body=body,
            about=case.number,
            key=f"cases:{case.number}:{what}",
            acting=acting,
            now=now,
        )


def _matter(case: models.Case) -> Text:
    return Text(case.matter, case.matter_en or case.matter)


def _department(case: models.Case) -> Text:
    return Text(case.department_name, case.department_name_en or case.department_name)
