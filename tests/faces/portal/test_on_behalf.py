"""Acting for a company or a child in the browser: proved, seen, disputed, ended."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.foundation.identity import api as identity
from shudao.kernel.ids import new_id
from tests.contexts.exchange.conftest import (
    COMPANY,
    POPULATION,
    catalogue,
    deliver,
    delivery,
    extract,
    roots,
    sichuan,
    staff,
)
from tests.contexts.exchange.disputing import FIELD, Scene
from tests.contexts.exchange.test_on_behalf import CHILD, CODE, NAME, Register, decide, propose
from tests.contexts.exchange.test_on_behalf import register as registered
from tests.faces.portal.test_data_use import made, people_world, wang

__all__ = ["catalogue", "deliver", "delivery", "extract", "roots", "sichuan", "staff", "wang"]
pytestmark = pytest.mark.django_db
scene, register = made, registered
LIST = "/my/on-behalf/"


@pytest.fixture
def world(sichuan: None) -> Any:
    return people_world.__wrapped__(sichuan)


def test_a_representative_proves_it_sees_and_disputes(scene: Scene, wang: Client, register: Register) -> None:
    scene.used(subject=identity.person_key(CODE), resource=COMPANY, fields=("name",))
    assert "还没有" in wang.get(LIST).text
    relation = exchange.represent(code=CODE, name=NAME, acting=scene.wang, now=scene.now, key="before")
    scene.used(subject=identity.person_key(CODE), resource=COMPANY, fields=("status",), case=relation.number)
    answer = wang.post(LIST, {"code": CODE, "name": NAME, "key": new_id()})
    assert answer.status_code == 302
    page = wang.get(answer["location"]).text
    for word in (NAME, "救助系统", "企业登记信息", "这次查看已经记录", f"correct/?resource={COMPANY}"):
        assert word in page, word
    rows = page.split("<tbody")[1].split("<tr")
    assert [word in rows[1] + rows[2] for word in ("他人的办件", "登记状态")] == [True, True]
    assert sum("他人的办件" in row for row in rows) == 1, "the look-up of one's own is nobody else's case"
    lines = b"".join(wang.get(answer["location"] + "?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "救助系统" in lines
    form = f"{answer['location']}correct/?resource={COMPANY}"
    assert f"您代 {NAME} 提出" in wang.get(form).text
    assert wang.post(form, {"key": new_id()}).status_code == 422
    sent = {"field": "name", "wrong": "旧名", "right": NAME, "why": "执照上是新名", "key": new_id()}
    told = wang.post(form, sent)
    assert told.status_code == 302
    assert NAME in wang.get(told["location"]).text
    assert f"代 {NAME}" in wang.get("/my/corrections/").text


def test_a_refusal_says_what_to_do(scene: Scene, wang: Client, register: Register) -> None:
    register.person = "0" * 32
    answer = wang.post(LIST, {"code": CODE, "name": NAME, "key": new_id()})
    assert answer.status_code == 422
    assert "变更登记" in answer.text
    assert wang.post(LIST, {"code": "x", "name": "", "key": new_id()}).status_code == 422
    register.down = True
    assert "请稍后再试" in wang.post(LIST, {"code": CODE, "name": NAME, "key": new_id()}).text


def test_a_guardian_sees_the_childs_uses_until_ending_it(scene: Scene, wang: Client) -> None:
    scene.used(subject=identity.person_key(CHILD), fields=("name", FIELD))
    relation = decide(propose(scene), scene)
    address = f"{LIST}{relation.number}/"
    page = wang.get(address).text
    assert "姓名、户籍地址" in page
    assert CHILD not in page
    assert wang.get(f"{address}correct/?resource={COMPANY}").status_code == 404, "a child is no company"
    assert wang.get(f"{address}correct/?resource={POPULATION}").status_code == 200
    assert wang.post(address, {"reason": " ", "key": new_id()}).status_code == 422
    assert wang.post(address, {"reason": "孩子由母亲办理", "key": new_id()}).status_code == 302
    assert "已结束" in wang.get(LIST).text
    gone = wang.get(address)
    assert gone.status_code == 403
    assert "政务服务窗口" in gone.text


def test_what_waits_or_is_anothers_shows_nothing(scene: Scene, wang: Client) -> None:
    waiting = propose(scene)
    assert "待复核" in wang.get(LIST).text
    assert wang.get(f"{LIST}{waiting.number}/").status_code == 403
    assert wang.get(f"{LIST}{new_id()}/").status_code == 404


def test_programmes_read_the_same(scene: Scene, wang: Client) -> None:
    used = scene.used(subject=identity.person_key(CHILD))
    relation = decide(propose(scene), scene)
    (listed,) = wang.get("/api/v1/exchange/on-behalf").json()
    assert (listed["number"], listed["kind"], listed["stands"]) == (relation.number, "child", True)
    address = f"/api/v1/exchange/on-behalf/{relation.number}/data-use"
    assert [one["entry"] for one in wang.get(address).json()["usages"]] == [used]
    exchange.end_relation(number=relation.number, reason="结束", acting=scene.wang, now=scene.now, key="end")
    assert wang.get(address).json()["code"] == "exchange.not_acting"
    assert Client().get("/api/v1/exchange/on-behalf").status_code == 401
