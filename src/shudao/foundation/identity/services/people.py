"""Register a citizen, and open a resident ID for a reason."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.conf import settings

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity import models
from shudao.foundation.identity.adapters import vault
from shudao.foundation.identity.contracts import NotTheSamePerson, Person, PersonNotFound, Role
from shudao.foundation.identity.rules import masking, phones, resident_ids, writing
from shudao.foundation.identity.services import find_people as people
from shudao.foundation.identity.services.find_people import Profile
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Invalid
from shudao.kernel.time import local_date

SHORTEST_REASON = 4
LONGEST_NAME = 64
# Who handles people's papers may ask for one number at a time; administrators have no such need.
MAY_REVEAL = (Role.CLERK, Role.REVIEWER)


def register(*, resident_id: str, name: str, phone: str, acting: Actor, now: datetime, key: str) -> Person:
    number, name, phone = resident_ids.normalise(resident_id), name.strip(), phone.strip()
    _check(number, name, phone, now)
    person_key = vault.person_key(number)
    # What is kept for the key is the hash alone: an answer kept for repetition must hold no name.
    kept = outbox.once(
        scope=f"identity.register_person:{acting.account}",
        key=key,
        request=(person_key, name, phone),
        result_type=str,
        do=lambda: _register(number, Profile(name, masking.resident_id(number), phone), person_key, acting, now),
    )
    return people.person(kept)


def reveal(person_key: str, *, acting: Actor, reason: str, now: datetime, case: str = "") -> str:
    if len(reason.strip()) < SHORTEST_REASON or not writing.is_prose(reason):
        raise Invalid(fields={"reason": "请写明查看完整身份证号码的理由（至少4个字）。"})
    own = bool(acting.person) and acting.person == person_key
    handles = any(grant.role in MAY_REVEAL for grant in acting.roles)
    if not (own or handles or acting.kind == "system"):
        raise PersonNotFound()
    return _open(person_key, action="identity.reveal_id", acting=acting, now=now, reason=reason.strip(), case=case)


def for_exchange(person_key: str, *, case: str, acting: Actor, now: datetime) -> str:
    if not case:
        raise Invalid(fields={"case": "调用数据共享须写明办件编号。"})
    if acting.kind not in ("system", "staff") and acting.person != person_key:
        raise PersonNotFound()
    return _open(person_key, action="identity.id_for_exchange", acting=acting, now=now, reason="", case=case)


def _open(person_key: str, *, action: str, acting: Actor, now: datetime, reason: str, case: str) -> str:
    row = models.Person.objects.filter(pk=person_key).first()
    if row is None:
        raise PersonNotFound()
    # Logged before it is opened: on the disk already, unless the caller holds a transaction open around this.
    with outbox.unit_of_work():
        audit.record(acting=acting, action=action, target=person_key, now=now, reason=reason, case=case)
    return vault.unseal(row.sealed_id, place=people.id_place(person_key))


def _register(number: str, given: Profile, person_key: str, acting: Actor, now: datetime) -> str:
    fresh = models.Person(
        key=person_key,
        sealed_id=vault.seal(number, place=people.id_place(person_key)),
        sealed_profile=_sealed(given, person_key),
        registered_at=now,
    )
    models.Person.objects.bulk_create([fresh], ignore_conflicts=True)
    row = models.Person.objects.select_for_update().get(pk=person_key)
    if bytes(row.sealed_id) == fresh.sealed_id:
        audit.record(acting=acting, action="identity.register_person", target=person_key, now=now)
    else:
        _meet_again(row, given, acting, now)
    return person_key


def _meet_again(row: models.Person, given: Profile, acting: Actor, now: datetime) -> None:
    held = people.profile(row)
    if held.name != given.name:
        raise NotTheSamePerson()
    # Whoever is not signed in must not move somebody's messages to another telephone.
    own = acting.person == row.key or acting.kind in ("staff", "system")
    if held.phone != given.phone and own:
        row.sealed_profile = _sealed(given, row.key)
        row.save(update_fields=["sealed_profile"])
        audit.record(acting=acting, action="identity.change_phone", target=row.key, now=now)


def _sealed(given: Profile, person_key: str) -> bytes:
    return vault.seal(msgspec.json.encode(given).decode(), place=people.profile_place(person_key))


def _check(number: str, name: str, phone: str, now: datetime) -> None:
    fields = {}
    found = resident_ids.fault(number, today=local_date(now), test_numbers=not settings.PRODUCTION)
    if found is not None:
        fields["resident_id"] = resident_ids.FAULT_SAYS[found]
    if not name or len(name) > LONGEST_NAME or not writing.is_line(name):
        fields["name"] = "姓名不能为空，且不超过64个字符。"
    if not phones.is_valid(phone):
        fields["phone"] = "请填写11位手机号码，或带区号的固定电话。"
    if fields:
        raise Invalid(fields=fields)
