"""Messages about corrections, disputes and questions: codes and states, never what somebody wrote."""

from __future__ import annotations

from datetime import datetime

from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import CorrectionState, DisputeState
from shudao.contexts.exchange.contracts.relations import RelationKind, RelationState
from shudao.contexts.exchange.contracts.wishes import WishState
from shudao.contexts.exchange.queries import catalogue, disputes, relations, uses, wishes
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as messages
from shudao.kernel.texts import Text

# So many case numbers stand in one message; the rest is in the evidence browser.
_MOST = 20
_ANSWERS = {
    CorrectionState.CORRECTED.value: Text("已更正", "corrected"),
    CorrectionState.REFUSED.value: Text("不予更正", "refused"),
}
_VERDICTS = {
    DisputeState.UPHELD.value: Text("予以支持", "upheld"),
    DisputeState.REJECTED.value: Text("不予支持", "rejected"),
    DisputeState.SETTLED.value: Text("已协商解决", "settled"),
}

_RELATIONS = {
    RelationState.STANDING.value: Text("监护关系已经登记", "Your guardianship is on record"),
    RelationState.REFUSED.value: Text("监护关系未予登记", "Your guardianship was not recorded"),
}

_WISHES = {
    WishState.ACCEPTED.value: Text("已同意编目", "accepted"),
    WishState.REFUSED.value: Text("未获同意", "refused"),
    WishState.MET.value: Text("已满足", "met"),
}


def of_correction(*, number: str, now: datetime) -> int:
    """
    Tell the reporter, and after a correction every department that got the field since it was wrong, each once.

    Returns:
        How many departments were told.
    """
    row = disputes.correction_row(number)
    if row.state not in _ANSWERS:
        return 0
    answer, what = _ANSWERS[row.state], _what(row)
    key = f"exchange.correction:{number}:{row.ordered_by}"
    _send(
        _mailbox(row.person, row.department),
        Text(f"异议核实结果：{answer.zh}", f"A field said to be wrong: {answer.en}"),
        Text(
            f"您提出的异议 {number}（{what.zh}）{answer.zh}，请查看详情。",
            f"What you reported ({number}, {what.en}) is {answer.en}; please see the details.",
        ),
        number,
        key,
        now,
    )
    if row.state != CorrectionState.CORRECTED.value:
        return 0
    found = uses.receivers(row.subject, row.resource.code, row.field, since=row.since)
    for department, cases in found.items():
        if department not in (row.department, row.source):
            _tell_receiver(row, what, department, cases, key, now)
    return len(found)


def _tell_receiver(
    row: models.Correction, what: Text, department: str, cases: list[str], key: str, now: datetime
) -> None:
    named = "、".join(cases[:_MOST])
    _send(
        department,
        Text(f"曾取得的数据已更正：{what.zh}"[:200], f"Data you received were corrected: {what.en}"[:200]),
        Text(
            f"数源部门更正了{what.zh}（异议 {row.number}）。贵部门曾取得该项数据，"
            f"涉及：{named}。请核对并按需重新查询。",
            f"The source corrected {what.en} ({row.number}). You received this item for: {named}. "
            "Please check, and ask again where needed.",
        ),
        row.number,
        f"{key}:{department}",
        now,
    )


def of_dispute(*, number: str, now: datetime) -> None:
    """Tell both sides how a dispute ended."""
    row = disputes.dispute_row(number)
    if row.state not in _VERDICTS:
        return
    verdict = _VERDICTS[row.state]
    for mailbox in (_mailbox(row.person, row.department), row.source):
        _send(
            mailbox,
            Text(f"争议协调结果：{verdict.zh}", f"Dispute decided: {verdict.en}"),
            Text(
                f"争议 {number} {verdict.zh}，请查看详情。",
                f"Dispute {number} is {verdict.en}; please see the details.",
            ),
            number,
            f"exchange.dispute:{number}:{mailbox}",
            now,
        )


def of_answer(*, number: str, now: datetime) -> None:
    """Tell the person that the department answered."""
    row = disputes.question_row(number)
    _send(
        _mailbox(row.person, ""),
        Text("您关于数据使用的询问已有答复", "Your question about a use of your data is answered"),
        Text(
            f"询问 {number} 已有答复，请在“谁用过我的数据”中查看。",
            f"Question {number} is answered; please see “Who used my data”.",
        ),
        number,
        f"exchange.question:{number}",
        now,
    )


def of_relation(*, number: str, now: datetime) -> None:
    """Tell a guardian what the second officer decided."""
    row = relations.row(number)
    if row.kind != RelationKind.CHILD.value or row.state not in _RELATIONS:
        return
    _send(
        _mailbox(row.holder, ""),
        _RELATIONS[row.state],
        Text(
            f"监护关系登记 {number} 已经复核，请在“代为查看和提出异议”中查看。",
            f"The record {number} of a guardian was looked at again; please see “Acting for others”.",
        ),
        number,
        f"exchange.relation:{number}",
        now,
    )


def of_wish(*, number: str, now: datetime) -> None:
    """Tell the department that wished for data what became of it."""
    row = wishes.row(number)
    if row.state in _WISHES:
        told = _WISHES[row.state]
        _send(
            row.department,
            Text(f"数据需求{told.zh}：{row.name}"[:200], f"Your wish for data is {told.en}: {row.name}"[:200]),
            Text(f"数据需求 {number} {told.zh}，请查看详情。", f"Wish {number} is {told.en}; please see the details."),
            number,
            f"exchange.wish:{number}:{row.state}",
            now,
        )


def _what(row: models.Correction) -> Text:
    resource = catalogue.resource_of(row.resource)
    title = next((item.title for item in resource.items if item.name == row.field), Text(row.field))
    return Text(f"{resource.name.zh}“{title.zh}”", f"{resource.name.said('en')}, {title.said('en')}")


def _mailbox(person: str, department: str) -> str:
    return (identity.account_of(person) or "") if person else department


def _send(to: str, subject: Text, body: Text, about: str, key: str, now: datetime) -> None:
    if to:
        messages.send(to=to, subject=subject, body=body, about=about, key=key, acting=SYSTEM, now=now)
