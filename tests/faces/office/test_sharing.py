"""Data in the browser: a department asks, the source department decides, the grant stands until it is withdrawn."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.foundation.audit import api as trail
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel import time
from shudao.kernel.ids import new_id
from tests.contexts.exchange.conftest import COMPANY, POPULATION, PROVINCE
from tests.faces.office.conftest import Officer

WANTED: dict[str, Any] = {
    "fields": ["birth_date", "name"],
    "purpose": "handling",
    "scenario": "新生儿入户时免交户口簿",
    "legal_basis": "国务院令第716号第七条",
    "valid_from-year": "2026",
    "valid_from-month": "11",
    "valid_from-day": "24",
    "valid_to-year": "2027",
    "valid_to-month": "11",
    "valid_to-day": "24",
    "quota": "1000",
}


def wanted(**changes: Any) -> dict[str, Any]:
    return {**WANTED, "system": exchange.one_window_client(), "key": new_id()} | changes


def ask(client: Any, **changes: Any) -> Any:
    return client.post(f"/office/resources/{POPULATION}/ask/", wanted(**changes))


def number_of(answer: Any) -> str:
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"].split("/")[-2])


def test_from_the_question_to_the_grant_and_its_end(officer: Officer) -> None:
    _, integrator = officer("sj", Role.INTEGRATOR)
    _, police = officer("ga")
    assert "需要的字段" in integrator.get(f"/office/resources/{POPULATION}/ask/").text
    number = number_of(ask(integrator))
    page = integrator.get(f"/office/requests/{number}/").text
    assert "待审批" in page
    assert 'name="decision"' not in page, "who asked is not offered the decision"
    assert number in police.get("/office/requests/?state=pending").text
    decided = police.post(f"/office/requests/{number}/", {"decision": "grant", "opinion": "同意", "key": new_id()})
    assert decided.status_code == 302
    grant = exchange.request(number).grant
    assert exchange.grants(resource=POPULATION)[0].fields == ("name", "birth_date")
    page = police.get("/office/grants/").text
    assert "姓名、出生日期" in page
    address = f"/office/grants/{grant}/"
    gone = police.post(address, {"act": "revoke", "reason": "用途已结束", "key": new_id()})
    assert gone.status_code == 302
    assert grant not in police.get("/office/grants/").text
    assert grant in police.get("/office/grants/?state=withdrawn").text
    assert "用途已结束" in police.get(address).text
    assert any(one.action == "exchange.grant_revoked" for one in trail.entries(target=grant))


def test_sending_twice_asks_once(officer: Officer) -> None:
    _, integrator = officer("sj", Role.INTEGRATOR)
    sent = wanted()
    address = f"/office/resources/{POPULATION}/ask/"
    assert number_of(integrator.post(address, sent)) == number_of(integrator.post(address, sent))
    assert exchange.find_requests(today=date(2026, 11, 24)).total == 1


@pytest.mark.parametrize(
    ("changes", "entry"),
    [
        ({"fields": []}, "fields"),
        ({"fields": ["no_such_field"]}, "fields"),
        ({"purpose": ""}, "purpose"),
        ({"scenario": " "}, "scenario"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"valid_from-day": "31"}, "valid_from"),
        ({"valid_to-year": "x"}, "valid_to"),
        ({"valid_to-year": "2025"}, "valid_to"),
        ({"valid_to-year": "2039"}, "valid_to"),
        ({"quota": "-5"}, "quota"),
        ({"rate": "fast"}, "rate"),
        ({"row_scope": "519999000000"}, "row_scope"),
        ({"system": ""}, "system"),
    ],
)
def test_a_fault_stands_beside_its_entry_and_the_rest_stays(
    officer: Officer, changes: dict[str, Any], entry: str
) -> None:
    _, integrator = officer("sj", Role.INTEGRATOR)
    page = ask(integrator, **changes)
    assert page.status_code == 422
    assert f'id="f-{entry}-error"' in page.text
    if "legal_basis" not in changes:
        assert 'value="国务院令第716号第七条"' in page.text
    if "fields" not in changes:
        assert page.text.count('value="birth_date" checked') == 1
    assert not exchange.find_requests(today=date(2026, 11, 24)).total


def test_a_department_does_not_ask_itself(officer: Officer) -> None:
    _, police = officer("ga")
    name = {"department": identity.department_code("ga", PROVINCE), "name": "户政系统", "subsystem": "huzheng"}
    assert police.post("/office/systems/", {**name, "key": new_id()}).status_code == 302
    page = ask(police, system=f"SHUDAO/GOV/{name['department']}/huzheng")
    assert page.status_code == 422
    assert "本部门的数据不需要申请" in page.text


def test_nobody_asks_for_another_departments_system(officer: Officer) -> None:
    _, civil = officer("mz")
    assert ask(civil).status_code == 403
    assert "贵部门还没有登记业务系统" in civil.get(f"/office/resources/{POPULATION}/ask/").text


def test_a_department_registers_its_own_system_and_asks(officer: Officer) -> None:
    _, civil = officer("mz")
    department = identity.department_code("mz", PROVINCE)
    for wrong in ({"subsystem": "有 空格"}, {"name": ""}, {"department": identity.department_code("ga", PROVINCE)}):
        sent = {"department": department, "name": "婚姻登记系统", "subsystem": "marriage", "key": new_id()} | wrong
        assert civil.post("/office/systems/", sent).status_code == 422, wrong
    sent = {"department": department, "name": "婚姻登记系统", "subsystem": "marriage", "key": new_id()}
    assert civil.post("/office/systems/", sent).status_code == 302
    assert "婚姻登记系统" in civil.get("/office/systems/").text
    assert number_of(ask(civil, system=f"SHUDAO/GOV/{department}/marriage"))


class TestDeciding:
    def test_four_eyes(self, officer: Officer) -> None:
        """An officer of the source department who also works for the asking one cannot decide."""
        actor, police = officer("ga")
        _, integrator = officer("sj", Role.INTEGRATOR)
        number = number_of(ask(integrator))
        identity.grant_role(
            account=actor.account,
            role=Role.INTEGRATOR,
            department=identity.department_code("sj", PROVINCE),
            division=PROVINCE,
            acting=SYSTEM,
            now=time.now(),
        )
        page = police.post(f"/office/requests/{number}/", {"decision": "grant", "opinion": "好", "key": new_id()})
        assert page.status_code == 403
        assert "不能审批" in page.text
        assert exchange.request(number).state == "pending"

    def test_who_asked_cannot_decide(self, officer: Officer) -> None:
        _, integrator = officer("sj", Role.INTEGRATOR)
        number = number_of(ask(integrator))
        page = integrator.post(f"/office/requests/{number}/", {"decision": "grant", "opinion": "好", "key": new_id()})
        assert page.status_code == 403
        assert exchange.request(number).state == "pending"

    def test_no_choice_is_no_refusal(self, officer: Officer) -> None:
        _, integrator = officer("sj", Role.INTEGRATOR)
        _, police = officer("ga")
        number = number_of(ask(integrator))
        page = police.post(f"/office/requests/{number}/", {"opinion": "再看看", "basis": "某条", "key": new_id()})
        assert page.status_code == 422
        assert 'href="#f-decision"' in page.text
        assert "再看看</textarea>" in page.text
        assert exchange.request(number).state == "pending"

    def test_a_refusal_needs_its_basis(self, officer: Officer) -> None:
        _, integrator = officer("sj", Role.INTEGRATOR)
        _, police = officer("ga")
        number = number_of(ask(integrator))
        sent = {"decision": "refuse", "opinion": "用途不明"}
        page = police.post(f"/office/requests/{number}/", {**sent, "key": new_id()})
        assert page.status_code == 422
        assert 'id="f-basis-error"' in page.text
        done = police.post(f"/office/requests/{number}/", {**sent, "basis": "条例第八条", "key": new_id()})
        assert done.status_code == 302
        page = integrator.get(f"/office/requests/{number}/")
        assert "条例第八条" in page.text
        way = f"/office/disputes/new/?about=request&amp;subject={number}"
        assert way in page.text, "who was refused is shown the way to the data bureau"
        assert way not in police.get(f"/office/requests/{number}/").text
        assert integrator.get(way.replace("&amp;", "&")).status_code == 200

    def test_a_third_department_does_not_see_it(self, officer: Officer) -> None:
        _, integrator = officer("sj", Role.INTEGRATOR)
        _, market = officer("sc")
        number = number_of(ask(integrator))
        assert market.get(f"/office/requests/{number}/").status_code == 404
        assert number not in market.get("/office/requests/").text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_in_both_languages(officer: Officer, language: str) -> None:
    _, integrator = officer("sj", Role.INTEGRATOR)
    integrator.cookies["django_language"] = language
    number = number_of(ask(integrator))
    for address in (
        *("/office/", "/office/datasets/", "/office/datasets/population/", "/office/resources/", "/office/systems/"),
        *("/office/requests/", f"/office/requests/{number}/", f"/office/resources/{COMPANY}/ask/", "/office/grants/"),
    ):
        assert integrator.get(address).status_code == 200, address
