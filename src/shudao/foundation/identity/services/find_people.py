"""Citizens and companies as others see them: masked, and without opening a resident ID."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import models
from shudao.foundation.identity.adapters import vault
from shudao.foundation.identity.contracts import Company, CompanyNotFound, Person, PersonNotFound
from shudao.foundation.identity.rules import credit_codes, masking, writing

_CHUNK = 500


class Profile(msgspec.Struct, frozen=True):
    """What `sealed_profile` holds: enough to show a person, not enough to know the resident ID."""

    name: str
    masked_id: str
    phone: str


def person(key: str) -> Person:
    row = models.Person.objects.filter(pk=key).first() if writing.is_line(key) else None
    if row is None:
        raise PersonNotFound()
    return told(row)


def find(keys: Iterable[str]) -> dict[str, Person]:
    wanted = sorted(filter(writing.is_line, set(keys)))
    found = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = models.Person.objects.filter(pk__in=wanted[start : start + _CHUNK]).defer("sealed_id")
        found.update({row.key: told(row) for row in rows})
    return found


def by_resident_id(resident_id: str) -> Person | None:
    if not writing.is_line(resident_id.strip()):
        return None
    row = models.Person.objects.filter(pk=vault.person_key(resident_id)).first()
    return None if row is None else told(row)


def company(code: str) -> Company:
    code = credit_codes.normalise(code)
    row = models.Company.objects.filter(pk=code).first() if writing.is_line(code) else None
    if row is None:
        raise CompanyNotFound()
    return company_told(row)


def find_companies(codes: Iterable[str]) -> dict[str, Company]:
    wanted = sorted(filter(writing.is_line, set(codes)))
    found = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = models.Company.objects.filter(pk__in=wanted[start : start + _CHUNK])
        found.update({row.code: company_told(row) for row in rows})
    return found


def companies_of(person_key: str) -> list[Company]:
    return [company_told(row) for row in models.Company.objects.filter(people__person=person_key).order_by("code")]


def acts_for(actor: Actor, code: str) -> bool:
    return bool(actor.person) and models.PersonCompany.objects.filter(person=actor.person, company=code).exists()


def told(row: models.Person) -> Person:
    held = profile(row)
    return Person(row.key, held.name, held.masked_id, masking.phone(held.phone))


def profile(row: models.Person) -> Profile:
    return msgspec.json.decode(vault.unseal(row.sealed_profile, place=profile_place(row.key)), type=Profile)


def company_told(row: models.Company) -> Company:
    representative = vault.unseal(row.sealed_representative, place=representative_place(row.code))
    return Company(row.code, row.name, masking.name(representative))


def id_place(key: str) -> str:
    return f"identity.person.id:{key}"


def profile_place(key: str) -> str:
    return f"identity.person.profile:{key}"


def representative_place(code: str) -> str:
    return f"identity.company.representative:{code}"
