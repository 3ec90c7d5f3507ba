"""Start an application."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shudao.contexts.cases import contracts, models
from shudao.contexts.cases.contracts import Channel, Delivery, OnlineNotOffered
from shudao.contexts.cases.queries import drafts
from shudao.contexts.cases.services import places
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import Implementation, MatterNotOffered
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel import ids
from shudao.kernel.errors import Forbidden, Invalid, SignInNeeded

IN_USE = "1"


@dataclass(frozen=True, slots=True)
class Start:
    """What is applied for, by whom, where and how."""

    task_code: str
    applicant: str
    company: str
    channel: str
    place: str
    delivery: str


def start_draft(asked: Start, *, acting: Actor, now: datetime, key: str) -> contracts.Draft:
    """Start once for a key."""
    _check_words(asked)
    draft_id = outbox.once(
        scope=f"cases.start_draft:{acting.account}",
        key=key,
        request=asked,
        result_type=str,
        do=lambda: _start(asked, acting=acting, now=now),
    )
    return drafts.draft(draft_id, acting=acting)


def _start(asked: Start, *, acting: Actor, now: datetime) -> str:
    matter = matters.implementation(asked.task_code)
    division = places.find(asked.place).division if asked.place else matter.division
    _check_actor(asked, division, acting)
    _check_offered(matter, division, asked)
    return _write(asked, matter, division, acting=acting, now=now)


def _check_words(asked: Start) -> None:
    wrong = {}
    if asked.channel not in list(Channel):
        wrong["channel"] = "没有这种申请方式。"
    if asked.delivery not in list(Delivery):
        wrong["delivery"] = "没有这种送达方式。"
    if asked.channel == Channel.WINDOW and not asked.place:
        wrong["place"] = "窗口收件须写明服务地点。"
    if wrong:
        raise Invalid(fields=wrong)


def _check_actor(asked: Start, division: str, acting: Actor) -> None:
    if asked.channel == Channel.WINDOW:
        identity.require(acting, Role.CLERK, division=division)
        return
    if not acting.person:
        raise Forbidden if acting.account else SignInNeeded
    if acting.person != asked.applicant:
        raise Forbidden


def _check_offered(matter: Implementation, division: str, asked: Start) -> None:
    if matter.state != IN_USE:
        raise MatterNotOffered
    if matters.implementation_at(matter.catalog_code, division).task_code != matter.task_code:
        raise MatterNotOffered
    if asked.channel == Channel.ONLINE and not matter.online:
        raise OnlineNotOffered
    if asked.company and matter.audience == "person":
        raise Invalid(fields={"company": "这个事项只能由个人申请。"})
    if not asked.company and matter.audience == "company":
        raise Invalid(fields={"company": "这个事项只能由企业申请，请选择代办的企业。"})


def _write(asked: Start, matter: Implementation, division: str, *, acting: Actor, now: datetime) -> str:
    applicant = identity.person(asked.applicant)
    company_name = _company_name(asked)
    row = models.Draft.objects.create(
        id=ids.new_id(),
        task_code=matter.task_code,
        version=matter.version,
        matter=matter.name.zh,
        matter_en=matter.name.en,
        division=matter.division,
        intake_division=division,
        place=asked.place,
        department=matter.department,
        department_kind=matter.department_kind,
        department_name=matter.department_name.zh,
        department_name_en=matter.department_name.en,
        applicant=asked.applicant,
        applicant_name=identity.masked_name(applicant.name),
        company=asked.company,
        company_name=company_name,
        channel=asked.channel,
        delivery=asked.delivery,
        account=acting.account if acting.person == asked.applicant else "",
        form_code=matter.form_code,
        form_version=matter.form_version,
        data={},
        created_at=now,
        updated_at=now,
    )
    audit.record(acting=acting, action="cases.start_draft", target=row.id, now=now, after={"matter": row.task_code})
    return row.id


def _company_name(asked: Start) -> str:
    if not asked.company:
        return ""
    for company in identity.companies_of(asked.applicant):
        if company.code == asked.company:
            return company.name
    raise Invalid(fields={"company": "您不是这家企业的法定代表人或经办人。"})
