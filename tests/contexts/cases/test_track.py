"""Progress by number and secret, without signing in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from shudao.contexts.cases import api as cases
from shudao.contexts.cases import models
from shudao.contexts.cases.contracts import CaseNotFound, TooManyTries
from tests.support.cases import World

pytestmark = pytest.mark.django_db
WRONG = "000000000000"


def test_wrong_secret_and_absent_number_look_alike(world: World) -> None:
    opened = world.submitted("birth")
    with pytest.raises(CaseNotFound) as wrong:
        cases.track(opened.number, WRONG, now=world.now)
    with pytest.raises(CaseNotFound) as absent:
        cases.track("1" * 43, WRONG, now=world.now)
    assert (str(wrong.value), wrong.value.code) == (str(absent.value), absent.value.code)


def test_after_ten_wrong_secrets_the_number_rests_a_quarter_of_an_hour(world: World) -> None:
    opened = world.submitted("birth")
    for number in (opened.number, "1" * 43):
        for _try in range(10):
            with pytest.raises(CaseNotFound):
                cases.track(number, WRONG, now=world.now)
        with pytest.raises(TooManyTries):
            cases.track(number, WRONG, now=world.now)
    with pytest.raises(TooManyTries):
        cases.track(opened.number, opened.secret, now=world.now + timedelta(minutes=14))
    assert cases.track(opened.number, opened.secret, now=world.now + timedelta(minutes=16)).number == opened.number


def test_another_case_is_not_held_up_by_it(world: World) -> None:
    one, two = world.submitted("birth"), world.submitted("birth")
    for _try in range(10):
        with pytest.raises(CaseNotFound):
            cases.track(one.number, WRONG, now=world.now)
    assert cases.track(two.number, two.secret, now=world.now).number == two.number


def test_the_secret_is_kept_as_a_hash_alone(world: World) -> None:
    opened = world.submitted("birth")
    row = models.Case.objects.values().get()
    assert opened.secret not in json.dumps(row, default=str)


def test_machines_read_it_too(world: World, client: Client) -> None:
    opened = world.submitted("birth")

    def post(secret: str) -> tuple[int, dict[str, object]]:
        body = json.dumps({"number": opened.number, "secret": secret})
        answer = client.post("/api/v1/cases/progress", body, content_type="application/json")
        return answer.status_code, answer.json()

    status, told = post(opened.secret)
    assert status == 200
    assert told["state"] == "02"
    assert told["state_name"] == {"zh": "收件", "en": "Received"}
    assert "李" not in json.dumps(told, ensure_ascii=False)
    status, told = post(WRONG)
    assert (status, told["code"]) == (404, "cases.not_found")
