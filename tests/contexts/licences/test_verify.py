"""Does a licence count, and if not, why not?"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from shudao.contexts.licences import api, models
from shudao.contexts.licences.contracts import Licence, VerdictCode
from shudao.contexts.licences.rules import twin
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.keys import KeyRing

pytestmark = pytest.mark.django_db
Issue = Callable[..., Licence]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."


def test_a_licence_verifies_by_number_and_by_twin(issue: Issue, noon: datetime) -> None:
    licence = issue()
    for verdict in (api.verify_number(licence.number, now=noon), api.verify_twin(licence.twin, now=noon)):
        assert (verdict.valid, verdict.code, verdict.number) == (True, VerdictCode.VALID, licence.number)
    assert api.verify_number(f" {licence.number.lower()} ", now=noon).valid
    assert api.verify_twin(f"https://x.example/verify/{licence.number}#{licence.twin}", now=noon).valid


def test_strangers_see_names_masked(issue: Issue, noon: datetime) -> None:
    licence = issue()
    shown = {line.label.zh: line.value.zh for line in api.verify_number(licence.number, now=noon).shown}
    assert shown["持证主体"] == "李**"
    assert shown["姓名"] == "李**"
    assert "幸福路" not in str(shown)
    assert shown["签发机关"] == licence.department_name.zh
    assert "李秀兰" not in licence.twin
    assert "幸福路" not in str(twin.parse(licence.twin).payload)


def test_it_checks_offline_with_the_public_key_alone(issue: Issue) -> None:
    licence = issue()
    parsed = twin.parse(licence.twin)
    ring = KeyRing.load(Path(django_settings.KEYS_ROOT))
    public = ring.verifier(parsed.key_id)
    assert public.verify(parsed.signed, parsed.signature)
    assert parsed.payload["n"] == licence.number


def test_every_changed_character_is_found(issue: Issue, noon: datetime) -> None:
    text = issue().twin
    for place, character in enumerate(text):
        other = ALPHABET[(ALPHABET.index(character) + 1) % len(ALPHABET)]
        verdict = api.verify_twin(text[:place] + other + text[place + 1 :], now=noon)
        assert not verdict.valid, place
        assert verdict.code in (VerdictCode.ALTERED, VerdictCode.FOREIGN_KEY)
        assert verdict.says.zh
        assert verdict.shown == ()


def test_a_changed_field_is_named(issue: Issue, noon: datetime) -> None:
    licence = issue()
    parsed = twin.parse(licence.twin)
    head, _, tail = licence.twin.rpartition(".")
    prefix, _, _payload = head.rpartition(".")
    forged = twin.canonical(parsed.payload | {"b": "2099-01-01"})
    import base64

    text = f"{prefix}.{base64.urlsafe_b64encode(forged).rstrip(b'=').decode()}.{tail}"
    verdict = api.verify_twin(text, now=noon)
    assert verdict.code is VerdictCode.ALTERED
    assert "有效期止" in verdict.says.zh
    assert "Valid until" in verdict.says.en


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"holder_name": "张三"}, "持证主体"),
        ({"valid_to": date(2099, 1, 1)}, "有效期止"),
        ({"fields": {"name": "王五", "relation": "子女", "address": "四川省成都市武侯区幸福路1号"}}, "姓名"),
        ({"fields": {"name": "李小宝", "relation": "户主", "address": "四川省成都市武侯区幸福路1号"}}, "与户主关系"),
        ({"fields": {"name": "李小宝", "relation": "子女", "address": "四川省成都市武侯区幸福路2号"}}, "照面信息"),
    ],
)
def test_a_row_changed_behind_our_back_is_found(
    issue: Issue, noon: datetime, changes: dict[str, Any], named: str
) -> None:
    licence = issue()
    models.Licence.objects.update(**changes)
    for verdict in (api.verify_number(licence.number, now=noon), api.verify_twin(licence.twin, now=noon)):
        assert verdict.code is VerdictCode.ALTERED
        assert named in verdict.says.zh


def test_a_twin_of_another_key_is_foreign(issue: Issue, noon: datetime, tmp_path: Path) -> None:
    licence = issue()
    other = KeyRing.load(tmp_path / "others")
    other.ensure("licence-signing")
    forged = twin.seal(twin.parse(licence.twin).payload, other.signer("licence-signing"))
    assert api.verify_twin(forged, now=noon).code is VerdictCode.FOREIGN_KEY


def test_a_key_of_ours_for_another_purpose_signs_no_licence(issue: Issue, noon: datetime) -> None:
    licence = issue()
    ring = KeyRing.load(Path(django_settings.KEYS_ROOT))
    ring.ensure("snapshot")
    forged = twin.seal(twin.parse(licence.twin).payload, ring.signer("snapshot"))
    assert api.verify_twin(forged, now=noon).code is VerdictCode.FOREIGN_KEY


def test_a_new_key_signs_and_the_old_licence_still_counts(issue: Issue, noon: datetime) -> None:
    old = issue()
    KeyRing.load(Path(django_settings.KEYS_ROOT)).create("licence-signing")
    new = issue()
    assert twin.parse(new.twin).key_id != twin.parse(old.twin).key_id
    assert api.verify_twin(old.twin, now=noon).valid
    assert api.verify_twin(new.twin, now=noon).valid


def test_unknown_numbers_and_texts_never_raise(issue: Issue, noon: datetime) -> None:
    licence = issue()
    for number in ("", "x", licence.number[:-1] + "?", "'; DROP TABLE licences_licence; --", "1" * 5_000):
        assert api.verify_number(number, now=noon).code is VerdictCode.UNKNOWN
    models.Licence.objects.all().delete()
    assert api.verify_number(licence.number, now=noon).code is VerdictCode.UNKNOWN
    assert api.verify_twin(licence.twin, now=noon).code is VerdictCode.UNKNOWN
    for text in ("", "SDL1", "SDL1.a.b.c", "SDL1..." + "é", "x" * 100_000, "SDL1.k.bnVsbA.bnVsbA"):
        assert api.verify_twin(text, now=noon).code is VerdictCode.ALTERED


def test_it_expires_on_the_day_after_its_last(issue: Issue, noon: datetime) -> None:
    licence = issue(type_code="residence-permit", fields={"address": "武侯区"})
    assert licence.valid_to == date(2027, 11, 23)
    last = datetime.fromisoformat("2027-11-23T23:59:00+08:00")
    assert api.verify_number(licence.number, now=last).valid
    verdict = api.verify_number(licence.number, now=last + timedelta(minutes=1))
    assert verdict.code is VerdictCode.EXPIRED
    assert "2027-11-23" in verdict.says.zh


def test_a_revoked_licence_counts_no_more_from_that_moment(issue: Issue, noon: datetime) -> None:
    licence = issue()
    api.revoke(number=licence.number, reason="登记有误", acting=SYSTEM, now=noon, key="r")
    for verdict in (api.verify_number(licence.number, now=noon), api.verify_twin(licence.twin, now=noon)):
        assert verdict.code is VerdictCode.REVOKED
        assert "2026-11-24" in verdict.says.zh


def test_machines_verify_too(issue: Issue, client: Client) -> None:
    licence = issue()
    answer = client.get(f"/api/v1/licences/verify/{licence.number}")
    assert (answer.status_code, answer.json()["valid"], answer.json()["code"]) == (200, True, "valid")
    body = json.dumps({"twin": licence.twin[:-1]})
    answer = client.post("/api/v1/licences/verify", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (200, "altered")
    answer = client.post("/api/v1/licences/verify", json.dumps({"twin": "x" * 9_000}), content_type="application/json")
    assert answer.status_code == 422
