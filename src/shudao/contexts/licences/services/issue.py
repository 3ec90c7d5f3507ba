"""Issue a licence: number, row and signed twin in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shudao.contexts.licences import contracts, models
from shudao.contexts.licences.adapters import keyring
from shudao.contexts.licences.events import LicenceIssued
from shudao.contexts.licences.queries import licences as queries
from shudao.contexts.licences.rules import face, numbers, twin, validity
from shudao.contexts.licences.services import registry
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.kernel import ids
from shudao.kernel.texts import Text
from shudao.kernel.time import local_date


@dataclass(frozen=True, slots=True)
class Issue:
    """What a licence is issued about."""

    type_code: str
    holder_kind: str
    holder: str
    holder_name: str
    case: str
    task_code: str
    fields: dict[str, str]
    division: str
    department: str
    valid_from: date
    valid_to: date | None
    title: Text


def issue(asked: Issue, *, acting: Actor, now: datetime, key: str) -> contracts.Licence:
    """Issue once for a key."""
    kind = registry.licence_type(asked.type_code)
    wrong = face.problems(kind, asked.holder_kind, asked.fields)
    if wrong:
        raise contracts.LicenceFieldsWrong(fields=wrong)
    number = outbox.once(
        scope="licences.issue",
        key=key,
        request=asked,
        result_type=str,
        do=lambda: _write(asked, kind, acting=acting, now=now),
    )
    return queries.get(number, now=now)


def _write(asked: Issue, kind: contracts.LicenceType, *, acting: Actor, now: datetime) -> str:
    number = numbers.build(type_serial=kind.serial, department=asked.department, serial=ids.new_secret(12))
    said = face.Face(
        number=number,
        holder_kind=asked.holder_kind,
        holder_name=asked.holder_name,
        fields=asked.fields,
        salt=ids.new_id(),
        issued_on=local_date(now),
        valid_from=asked.valid_from,
        valid_to=asked.valid_to or validity.last_day(asked.valid_from, kind.valid_years),
        department=asked.department,
    )
    _insert(asked, kind, said, now=now)
    audit.record(
        acting=acting,
        action="licences.issue",
        target=number,
        now=now,
        after={"type": kind.code, "valid_to": said.valid_to.isoformat() if said.valid_to else ""},
        case=asked.case,
    )
    outbox.emit(LicenceIssued(number=number, type_code=kind.code, case=asked.case, division=asked.division), now=now)
    return number


def _insert(asked: Issue, kind: contracts.LicenceType, said: face.Face, *, now: datetime) -> None:
    department = identity.department(asked.department)
    signer = keyring.signer()
    models.Licence.objects.create(
        number=said.number,
        type_code=kind.code,
        type_name=asked.title.zh or kind.name.zh,
        type_name_en=asked.title.en or kind.name.en,
        holder_kind=asked.holder_kind,
        holder=asked.holder,
        holder_name=asked.holder_name,
        case=asked.case,
        task_code=asked.task_code,
        fields=asked.fields,
        salt=said.salt,
        division=asked.division,
        department=asked.department,
        department_name=department.name.zh,
        department_name_en=department.name.en,
        issued_at=now,
        valid_from=said.valid_from,
        valid_to=said.valid_to,
        key_id=signer.key_id,
        twin=twin.seal(face.payload(kind, said), signer),
    )
