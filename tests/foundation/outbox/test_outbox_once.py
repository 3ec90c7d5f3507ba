"""A request that carries a key takes effect once, whoever sends it how often (GOALS safety 3)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import pytest
from django.db import close_old_connections, connection, connections

from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.contracts import KeyReused
from shudao.foundation.outbox.models import Answer
from shudao.kernel.errors import Invalid
from shudao.kernel.ids import new_id
from shudao.kernel.time import now
from tests.foundation.outbox.sample_jobs import effects


@dataclass(frozen=True, slots=True)
class Wanted:
    resident: str
    on: date


@dataclass(frozen=True, slots=True)
class Opened:
    number: str
    steps: tuple[str, ...]
    on: date


WANTED = Wanted(resident="519901199001011230", on=date(2026, 11, 24))


def _open(key: str, *, wanted: Wanted = WANTED, fail: bool = False) -> Opened:
    def do() -> Opened:
        audit.record(acting=SYSTEM, action="sample.open", target=key[:20], now=now())
        if fail:
            raise RuntimeError
        return Opened(number=new_id(), steps=("a", "b"), on=wanted.on)

    return outbox.once(scope="sample.open", key=key, request=wanted, result_type=Opened, do=do)


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer() -> None:
    first = _open("k1")
    assert _open("k1") == first
    assert effects("k1") == 1
    assert _open("k2") != first


@pytest.mark.django_db
def test_another_body_with_the_same_key_is_refused() -> None:
    _open("k")
    with pytest.raises(KeyReused) as refused:
        _open("k", wanted=Wanted(resident="519901199001011230", on=date(2026, 11, 25)))
    assert refused.value.status == 409


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "a\0b"])
def test_a_key_must_be_given_and_short(key: str) -> None:
    with pytest.raises(Invalid) as refused:
        _open(key)
    assert "key" in refused.value.fields


@pytest.mark.django_db
def test_a_failed_act_leaves_the_key_free_and_nothing_written() -> None:
    with pytest.raises(RuntimeError):
        _open("again", fail=True)
    assert effects("again") == 0
    assert _open("again").steps == ("a", "b")


@pytest.mark.django_db
def test_the_request_is_kept_as_a_keyed_digest_only(settings: object) -> None:
    _open("private")
    kept = Answer.objects.get(key="private")
    assert WANTED.resident not in str(vars(kept))
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(KeyReused):
        _open("private")


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_have_one_effect_and_one_answer() -> None:
    def one(_number: int) -> Opened:
        try:
            return _open("race")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        answers = set(pool.map(one, range(50)))
    assert len(answers) == 1
    assert effects("race") == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_with_different_bodies_one_wins_and_the_rest_are_refused() -> None:
    def one(day: int) -> str:
        try:
            return _open("clash", wanted=Wanted(resident="x", on=date(2026, 1 + day % 12, 1 + day // 12))).number
        except KeyReused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(one, range(50)))
    assert answers.count("refused") == 49
    assert effects("clash") == 1


@pytest.mark.django_db(transaction=True)
def test_the_answer_outlives_the_connection_and_the_process_memory() -> None:
    first = _open("restart")
    connection.close()
    close_old_connections()
    assert _open("restart") == first
