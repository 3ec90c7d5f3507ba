"""Register a company and who may act for it."""

from __future__ import annotations

import dataclasses
from datetime import datetime

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import models
from shudao.foundation.identity.adapters import vault
from shudao.foundation.identity.contracts import Company, CompanyNotFound, PersonNotFound
from shudao.foundation.identity.rules import credit_codes, writing
from shudao.foundation.identity.services import find_people as people
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, Invalid

LEGAL_REPRESENTATIVE = "legal_representative"
AGENT = "agent"


def register(
    *, code: str, name: str, representative: str, person: str | None, acting: Actor, now: datetime, key: str
) -> Company:
    """`representative` is a name; `person`, where given, is linked as the one who represents by law."""
    code, name, representative = credit_codes.normalise(code), name.strip(), representative.strip()
    _check(code, name, representative)
    if acting.kind not in ("staff", "system"):
        # Who represents a company comes from its licence, not from whoever asks.
        raise Forbidden()
    kept = outbox.once(
        scope=f"identity.register_company:{acting.account}",
        key=key,
        request=(code, name, representative, person),
        result_type=str,
        do=lambda: _register(code, name, representative, person, acting, now),
    )
    return people.company(kept)


def link(*, code: str, person: str, position: str, acting: Actor, now: datetime) -> None:
    """Let a person act for a company: by its legal representative, or by staff."""
    if acting.kind not in ("staff", "system") and not _represents(acting, code):
        raise CompanyNotFound()
    if position not in (LEGAL_REPRESENTATIVE, AGENT):
        raise Invalid(fields={"position": "身份只能是法定代表人或经办人。"})
    if position == LEGAL_REPRESENTATIVE and acting.kind not in ("staff", "system"):
        raise Forbidden()
    with outbox.unit_of_work():
        _link(code, person, position, acting, now)


def acting_for(actor: Actor, code: str) -> Actor:
    """The same actor, acting for a company of theirs."""
    if not people.acts_for(actor, code):
        raise CompanyNotFound()
    return dataclasses.replace(actor, company=code)


def _register(code: str, name: str, representative: str, person: str | None, acting: Actor, now: datetime) -> str:
    sealed = vault.seal(representative, place=people.representative_place(code))
    _, new = models.Company.objects.update_or_create(
        code=code,
        defaults={"name": name, "sealed_representative": sealed},
        create_defaults={"name": name, "sealed_representative": sealed, "registered_at": now},
    )
    action = "identity.register_company" if new else "identity.change_company"
    audit.record(acting=acting, action=action, target=code, now=now, after={"name": name})
    if person:
        _link(code, person, LEGAL_REPRESENTATIVE, acting, now)
    return code


def _link(code: str, person: str, position: str, acting: Actor, now: datetime) -> None:
    if not models.Company.objects.filter(pk=code).exists():
        raise CompanyNotFound()
    if not models.Person.objects.filter(pk=person).exists():
        raise PersonNotFound()
    models.PersonCompany.objects.update_or_create(person_id=person, company_id=code, defaults={"position": position})
    audit.record(
        acting=acting,
        action="identity.link_company",
        target=code,
        now=now,
        after={"person": person, "position": position},
    )


def _represents(actor: Actor, code: str) -> bool:
    return models.PersonCompany.objects.filter(
        person=actor.person, company=code, position=LEGAL_REPRESENTATIVE
    ).exists()


def _check(code: str, name: str, representative: str) -> None:
    fields = {}
    if not credit_codes.is_valid(code):
        fields["code"] = "统一社会信用代码不正确，请核对是否输错。"
    if not name or not writing.is_line(name):
        fields["name"] = "单位名称不能为空。"
    if not representative or not writing.is_line(representative):
        fields["representative"] = "法定代表人姓名不能为空。"
    if fields:
        raise Invalid(fields=fields)
