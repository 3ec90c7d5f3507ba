"""A department keeps its systems in the browser: found, contacted, suspended, given keys."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import KEY_DUTY, SystemState
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties import api as duties
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text
from tests.contexts.exchange.conftest import PROVINCE
from tests.faces.office.conftest import Officer

PUBLIC = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def page(catalogue: None, noon: datetime) -> str:
    """The page of a system of the police."""
    police = identity.department_code("ga", PROVINCE)
    exchange.register_system(
        client=f"SHUDAO/GOV/{police}/huzheng",
        name=Text("户政系统"),
        department=police,
        acting=SYSTEM,
        now=noon,
        key="h",
    )
    return f"/office/systems/SHUDAO/GOV/{police}/huzheng/"


def client_of(page: str) -> str:
    return page.removeprefix("/office/systems/").strip("/")


def send(client: Any, page: str, act: str, **sent: str) -> Any:
    return client.post(page, {"act": act, "key": new_id(), **sent})


def test_the_list_finds_sorts_and_exports(page: str, officer: Officer) -> None:
    _, police = officer("ga")
    assert "户政系统" in police.get("/office/systems/?text=户政").text
    assert "户政系统" in police.get("/office/systems/?text=公安&sort=-department").text
    assert "户政系统" not in police.get("/office/systems/?state=suspended").text
    exported = b"".join(police.get("/office/systems/?format=csv&text=huzheng").streaming_content).decode()
    assert "户政系统" in exported
    assert "一窗受理平台" not in exported


def test_an_office_and_a_key_are_registered_and_the_key_revoked(page: str, officer: Officer) -> None:
    _, police = officer("ga")
    contact = {"contact_name": "信息处", "contact_phone": "028-12345678", "contact_mail": "xxc@ga.example"}
    assert send(police, page, "contact", **contact).status_code == 302
    assert send(police, page, "add", key_id="hz-1", public_key=PUBLIC, valid_to="2027-11-24").status_code == 302
    shown = police.get(page).text
    assert all(part in shown for part in ("信息处", "hz-1", "有效"))
    assert send(police, page, "revoke", key_id="hz-1", why="").status_code == 422
    assert send(police, page, "revoke", key_id="hz-1", why="私钥遗失").status_code == 302
    assert "私钥遗失" in police.get(page).text
    assert exchange.system(client_of(page)).keys == ()


@pytest.mark.parametrize(
    ("act", "sent", "entry"),
    [
        ("contact", {"contact_name": "处"}, "contact_phone"),
        ("add", {"key_id": "k", "public_key": "AAAA", "valid_to": "2027-11-24"}, "public_key"),
        ("add", {"key_id": "k", "public_key": PUBLIC, "valid_to": "明天"}, "valid_to"),
        ("state", {"state": "suspended", "reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_at_its_entry(
    page: str, officer: Officer, act: str, sent: dict[str, str], entry: str
) -> None:
    _, police = officer("ga")
    answer = send(police, page, act, **sent)
    assert answer.status_code == 422
    assert f'id="f-{entry}-error"' in answer.text


def test_the_bureau_suspends_and_only_it_lets_call_again(page: str, officer: Officer) -> None:
    _, bureau = officer("sj", Role.DATA_BUREAU)
    _, police = officer("ga")
    assert send(bureau, page, "state", state="suspended", reason="越权调用").status_code == 302
    refused = send(police, page, "state", state="active", reason="已整改")
    assert (refused.status_code, "由数据管理部门暂停" in refused.text) == (422, True)
    assert send(bureau, page, "state", state="active", reason="已整改").status_code == 302
    assert exchange.system(client_of(page)).state is SystemState.ACTIVE


def test_others_look_but_change_nothing(page: str, officer: Officer) -> None:
    _, civil = officer("mz")
    assert "变更状态" not in civil.get(page).text
    assert send(civil, page, "state", state="suspended", reason="x").status_code == 403
    assert civil.get("/office/systems/none/none/").status_code == 404


def test_a_key_that_ends_is_a_duty_that_only_a_new_key_closes(page: str, officer: Officer) -> None:
    _, police = officer("ga")
    assert send(police, page, "add", key_id="hz-1", public_key=PUBLIC, valid_to="2026-12-01").status_code == 302
    (duty,) = duties.listing(kind=KEY_DUTY).items
    shown = police.get("/office/duties/").text
    assert "登记新的公钥：户政系统" in shown
    assert police.post(f"/office/duties/{duty.number}/close/", {"done": "好了"}).status_code == 409
    assert send(police, page, "add", key_id="hz-2", public_key=PUBLIC, valid_to="2027-12-01").status_code == 302
    assert duties.get(duty.number).closed_on is not None
