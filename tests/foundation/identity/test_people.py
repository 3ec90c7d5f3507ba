"""Citizens: found by a keyed hash, shown masked, opened only with a reason that stays on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import NotTheSamePerson, Person, PersonNotFound
from shudao.foundation.identity.models import Person as Row
from shudao.foundation.outbox.contracts import KeyReused
from shudao.kernel import sealing
from shudao.kernel.errors import Invalid
from shudao.kernel.keys import KeyRing
from shudao.kernel.sealing import SealBroken
from tests.foundation.identity.conftest import resident_id

pytestmark = pytest.mark.django_db


def register(noon: datetime, **changed: Any) -> Person:
    given = {
        "resident_id": resident_id(1),
        "name": "王小明",
        "phone": "13900001234",
        "acting": SYSTEM,
        "now": noon,
        "key": "again",
    }
    return identity.register_person(**(given | changed))  # type: ignore[arg-type]


def test_a_person_is_shown_masked(wang: Person) -> None:
    assert wang.name == "王小明"
    assert wang.masked_id == "519***********" + resident_id(1)[-4:]
    assert wang.phone_masked == "139****1234"
    assert len(wang.key) == 32
    int(wang.key, 16)


def test_the_key_is_the_pool_s_key_for_the_same_number(wang: Person, settings: Any) -> None:
    secret = KeyRing.load(settings.KEYS_ROOT).secret("subject-hash").secret
    assert wang.key == sealing.keyed_hash(secret, resident_id(1)).hex()
    assert identity.person_key(f" {resident_id(1).lower()} ") == wang.key


def test_a_person_is_found_by_number_and_by_key(wang: Person, django_assert_num_queries: Any) -> None:
    assert identity.person_by_id(resident_id(1)) == wang
    assert identity.person_by_id(resident_id(2)) is None
    assert identity.person(wang.key) == wang
    with pytest.raises(PersonNotFound):
        identity.person("0" * 32)
    with django_assert_num_queries(1):
        assert identity.find_persons([wang.key, "0" * 32]) == {wang.key: wang}


def test_registering_again_finds_the_same_person(wang: Person, noon: datetime) -> None:
    assert register(noon) == wang
    assert register(noon, key="a third time") == wang
    assert Row.objects.count() == 1
    assert len(audit.entries(target=wang.key)) == 1


def test_another_name_under_the_same_number_is_refused(wang: Person, noon: datetime) -> None:
    with pytest.raises(NotTheSamePerson):
        register(noon, name="李四")


def test_a_stranger_cannot_move_messages_to_another_telephone(wang: Person, noon: datetime) -> None:
    assert register(noon, phone="13900009999", acting=NOBODY).phone_masked == "139****1234"
    assert register(noon, phone="13900009999").phone_masked == "139****9999"


def test_a_key_used_for_somebody_else_is_refused(wang: Person, noon: datetime) -> None:
    with pytest.raises(KeyReused):
        register(noon, key="wang", resident_id=resident_id(2))


def test_what_is_wrong_is_said_field_by_field_and_nothing_is_kept(noon: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        register(noon, resident_id=resident_id(1)[:-1] + "?", name="王\x00", phone="12345")
    assert set(refused.value.fields) == {"resident_id", "name", "phone"}
    wrong = resident_id(1)[:-1] + ("0" if resident_id(1)[-1] != "0" else "1")
    with pytest.raises(Invalid) as refused:
        register(noon, resident_id=wrong)
    assert "校验位" in refused.value.fields["resident_id"]
    assert Row.objects.count() == 0


def test_production_refuses_the_numbers_of_made_up_people(noon: datetime, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(Invalid):
        register(noon)


def test_a_whole_number_is_opened_for_a_reason_that_stays_on_record(
    wang: Person, noon: datetime, staff: Callable[..., Actor]
) -> None:
    clerk = staff("clerk", "clerk")
    assert identity.reveal_id(wang.key, acting=clerk, reason="核对纸质材料", now=noon) == resident_id(1)
    entry = audit.entries(target=wang.key)[0]
    assert (entry.action, entry.account, entry.reason) == ("identity.reveal_id", clerk.account, "核对纸质材料")
    with pytest.raises(Invalid):
        identity.reveal_id(wang.key, acting=clerk, reason=" ok ", now=noon)


def test_who_may_not_open_a_number_cannot_tell_whether_there_is_one(
    wang: Person, noon: datetime, staff: Callable[..., Actor], account: Callable[..., Actor]
) -> None:
    other = register(noon, resident_id=resident_id(2), name="李四", key="li")
    for acting in (NOBODY, staff("boss", "leader"), staff("admin", "system_admin"), account("li", other.key)):
        for key in (wang.key, "0" * 32):
            with pytest.raises(PersonNotFound):
                identity.reveal_id(key, acting=acting, reason="想看一看", now=noon)
    before = len(audit.entries(target=wang.key))
    assert before == 1
    mine = identity.actor(account("wang", wang.key).account)
    assert identity.reveal_id(wang.key, acting=mine, reason="查看本人信息", now=noon) == resident_id(1)


def test_a_number_goes_to_the_exchange_for_a_case_only(
    wang: Person, noon: datetime, staff: Callable[..., Actor], account: Callable[..., Actor]
) -> None:
    clerk, mine = staff("clerk", "clerk"), account("wang", wang.key)
    for acting in (SYSTEM, clerk, mine):
        assert identity.resident_id_for_exchange(wang.key, case="C-1", acting=acting, now=noon) == resident_id(1)
    assert len(audit.entries(case="C-1")) == 3
    with pytest.raises(Invalid):
        identity.resident_id_for_exchange(wang.key, case="", acting=SYSTEM, now=noon)
    with pytest.raises(PersonNotFound):
        identity.resident_id_for_exchange(wang.key, case="C-1", acting=NOBODY, now=noon)


def test_no_stored_row_and_no_kept_answer_holds_a_number_a_name_or_a_telephone(
    noon: datetime, staff: Callable[..., Actor]
) -> None:
    clerk = staff("clerk", "clerk")
    planted = [resident_id(serial) for serial in range(1, 51)]
    for serial, number in enumerate(planted):
        found = register(
            noon, resident_id=number, name=f"赵钱孙{serial}", phone=f"1380000{serial:04}", key=f"import-{serial}"
        )
        identity.reveal_id(found.key, acting=clerk, reason="核对纸质材料", now=noon)
    stored = _everything()
    assert len(stored) > 50 * 100
    for number in planted:
        assert number.encode() not in stored
    for written in ("赵钱孙".encode(), b"\\u8d75\\u94b1\\u5b59"):
        assert written not in stored
    assert b"1380000" not in stored


def test_a_sealed_value_put_into_another_row_does_not_open(wang: Person, noon: datetime) -> None:
    other = register(noon, resident_id=resident_id(2), name="李四", key="li")
    row = Row.objects.get(pk=wang.key)
    Row.objects.filter(pk=other.key).update(sealed_id=row.sealed_id, sealed_profile=row.sealed_profile)
    with pytest.raises(SealBroken):
        identity.person(other.key)
    with pytest.raises(SealBroken):
        identity.resident_id_for_exchange(other.key, case="C-1", acting=SYSTEM, now=noon)


def test_old_seals_open_after_the_key_was_rotated(wang: Person, noon: datetime, settings: Any) -> None:
    KeyRing.load(Path(settings.KEYS_ROOT)).create("identity-seal", algorithm="secret")
    other = register(noon, resident_id=resident_id(2), name="李四", key="li")
    assert identity.find_persons([wang.key, other.key]) == {wang.key: wang, other.key: other}


def _everything() -> bytes:
    """Every value of every table of the database, one after another."""
    parts: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names from the database
            for cell in (cell for row in cursor.fetchall() for cell in row):
                parts.append(bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode())
    return b"\n".join(parts)
