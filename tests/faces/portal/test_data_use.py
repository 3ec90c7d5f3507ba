"""Who used my data, what may be asked about it, and saying that it is wrong: in the browser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.disputes import Verdict
from shudao.contexts.exchange.contracts.rights import Purpose
from shudao.foundation.identity import api as identity
from shudao.kernel.ids import new_id
from tests.contexts.exchange.conftest import (
    POPULATION,
    PROVINCE,
    Staff,
    ask_for,
    catalogue,
    deliver,
    delivery,
    extract,
    roots,
    sichuan,
    staff,
)
from tests.contexts.exchange.conftest import world as people_world
from tests.contexts.exchange.disputing import FIELD, Scene, bureau
from tests.contexts.exchange.disputing import scene as made
from tests.faces.portal.conftest import browser

__all__ = ["ask_for", "catalogue", "deliver", "delivery", "extract", "roots", "sichuan", "staff"]
pytestmark = pytest.mark.django_db
CIVIL = identity.department_code("mz", PROVINCE)
scene = made


@pytest.fixture
def world(sichuan: None) -> Any:
    """Six hundred people in place of the portal's small world."""
    return people_world.__wrapped__(sichuan)


@pytest.fixture
def wang(scene: Scene) -> Client:
    """Wang's browser."""
    from django.contrib.auth import get_user_model

    client = browser()
    client.force_login(get_user_model().objects.get(public_id=scene.wang.account))
    return client


def test_every_use_is_told_in_plain_words(scene: Scene, wang: Client) -> None:
    scene.used(user="01OFFICERZHANG")
    page = wang.get("/my/data-use/").text
    for word in ("民政厅", "救助系统", "人口基本信息", "姓名、户籍地址", "办理政务服务事项", "他人的办件"):
        assert word in page, word
    assert "01OFFICERZHANG" not in page, "departments, not officers"
    assert "51000020261124000001" not in page, "nobody else's case is named"
    wang.cookies["django_language"] = "en"
    page = wang.get("/my/data-use/").text
    assert "Handling a service matter" in page
    assert "Somebody else" in page


def test_filters_pages_and_export(scene: Scene, wang: Client) -> None:
    for day in range(25):
        scene.used(at=scene.now - timedelta(days=day * 10))
    scene.used(client=exchange.one_window_client())
    assert "共 26 条" in wang.get("/my/data-use/").text
    assert "共 25 条" in wang.get(f"/my/data-use/?department={CIVIL}").text
    assert "共 5 条" in wang.get("/my/data-use/?period=30").text
    assert "没有符合条件的记录" in wang.get("/my/data-use/?department=x").text
    answer = wang.get(f"/my/data-use/?department={CIVIL}&format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 26
    assert lines[0].startswith("时间,部门,业务系统")
    assert "他人的办件" in lines[1]


def test_more_lines_ask_the_database_no_more_often(
    scene: Scene, wang: Client, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        scene.used(case="")
    wang.get("/my/data-use/")
    with django_assert_max_num_queries(16):
        wang.get("/my/data-use/")


def test_a_question_is_asked_from_the_row_and_answered_on_it(scene: Scene, wang: Client, staff: Staff) -> None:
    entry = scene.used()
    address = f"/my/data-use/{entry}/"
    assert "询问：为什么查询我的数据" in wang.get(address).text
    assert wang.post(address, {"text": "为什么？", "key": new_id()}).status_code == 422
    assert wang.post(address, {"tone": "question", "text": " ", "key": new_id()}).status_code == 422
    assert wang.post(address, {"tone": "question", "text": "为什么？", "key": new_id()}).status_code == 302
    page = wang.get(address).text
    assert "等待答复，最迟 2026年12月8日" in page
    assert 'value="question"' not in page, "asked already"
    asked = exchange.questions().items[0]
    exchange.answer_about_use(number=asked.number, text="办理救助", acting=staff.civil, now=scene.now, key="a")
    assert "办理救助" in wang.get("/my/data-use/").text


def test_anothers_use_looks_like_an_absent_one(scene: Scene, wang: Client) -> None:
    foreign = scene.used(subject="0" * 32)
    assert wang.get(f"/my/data-use/{foreign}/").status_code == 404
    assert wang.get("/my/data-use/nothing:1/").status_code == 404
    assert wang.post(f"/my/data-use/{foreign}/", {"tone": "question", "text": "x", "key": "k"}).status_code == 404


def test_what_is_delayed_is_nowhere_before_its_day(scene: Scene, wang: Client, staff: Staff, ask_for: Any) -> None:
    asked = ask_for(system=scene.client, acting=staff.civil, purpose=Purpose.SUPERVISION)
    grant = exchange.decide_request(
        number=asked.number, grant=True, opinion="同意", acting=staff.police, now=scene.now, key="yes"
    ).grant
    entry = scene.used(grant=grant, purpose="supervision")
    assert "事中事后监管" in wang.get("/my/data-use/").text
    exchange.delay_disclosure(
        grant=grant, until=date(2026, 12, 1), basis="监察法", acting=bureau(), now=scene.now, key="d"
    )
    page = wang.get("/my/data-use/").text
    assert "还没有记录" in page
    assert "民政厅" not in page
    assert wang.get(f"/my/data-use/{entry}/").status_code == 404
    assert wang.get("/api/v1/exchange/my-data-use").json()["total_usages"] == 0


def test_the_api_gives_the_same_to_the_person_alone(scene: Scene, wang: Client) -> None:
    entry = scene.used(user="01OFFICERZHANG")
    scene.used(client=exchange.one_window_client(), at=scene.now - timedelta(days=3))
    body = wang.get("/api/v1/exchange/my-data-use?size=1").json()
    assert body["total_usages"] == 2
    (one,) = body["usages"]
    assert (one["entry"], one["receiver_code"], one["fields"]) == (entry, CIVIL, ["name", FIELD])
    assert "01OFFICERZHANG" not in str(body)
    assert "51000020261124000001" not in str(body)
    assert wang.get("/api/v1/exchange/my-data-use?since=2026-11-24").json()["total_usages"] == 1
    assert Client().get("/api/v1/exchange/my-data-use").status_code == 401


class TestCorrections:
    def send(self, client: Client, **changes: str) -> Any:
        sent = {"field": FIELD, "wrong": "幸福路1号", "right": "幸福路2号", "why": "户口本上是2号", "key": new_id()}
        return client.post(f"/my/corrections/new/?resource={POPULATION}", sent | changes)

    def test_it_is_said_followed_and_disputed(self, scene: Scene, wang: Client, staff: Staff) -> None:
        assert "哪一项不对" in wang.get(f"/my/corrections/new/?resource={POPULATION}").text
        address = self.send(wang).headers["Location"]
        page = wang.get(address).text
        assert "核实中" in page
        assert "幸***" in page
        assert "幸福路" not in page, "masked"
        number = address.split("/")[-2]
        exchange.answer_correction(
            number=number,
            verdict=Verdict.REFUSED,
            opinion="与底册一致",
            basis="户口登记条例",
            acting=staff.police,
            now=scene.now,
            key="no",
        )
        page = wang.get(address).text
        assert "与底册一致" in page
        assert "提请协调" in page
        assert wang.post(address, {"reason": " ", "key": new_id()}).status_code == 422
        assert wang.post(address, {"reason": "底册抄错", "key": new_id()}).status_code == 302
        assert "数据主管部门正在协调" in wang.get(address).text
        assert wang.post(address, {"reason": "再来", "key": new_id()}).status_code == 409
        assert "不予更正" in wang.get("/my/corrections/").text

    @pytest.mark.parametrize("entry", ["field", "wrong", "right", "why"])
    def test_a_fault_stands_beside_its_entry(self, scene: Scene, wang: Client, entry: str) -> None:
        page = self.send(wang, **{entry: ""})
        assert page.status_code == 422
        assert f'id="f-{entry}-error"' in page.text

    def test_anothers_looks_like_an_absent_one(self, scene: Scene, wang: Client, staff: Staff) -> None:
        scene.used()
        from tests.contexts.exchange.disputing import CLAIM

        claim = CLAIM.__class__(scene.resident_id, CLAIM.wrong, CLAIM.right, CLAIM.why)
        other = scene.report(staff.civil, claim=claim, department=CIVIL)
        assert wang.get(f"/my/corrections/{other.number}/").status_code == 404
        assert other.number not in wang.get("/my/corrections/").text
        assert wang.get("/my/corrections/new/?resource=sjzy-company-licence").status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_in_both_languages(scene: Scene, wang: Client, language: str) -> None:
    wang.cookies["django_language"] = language
    entry, asked = scene.used(), scene.report()
    for address in ("data-use/", f"data-use/{entry}/", "corrections/", f"corrections/{asked.number}/"):
        assert wang.get(f"/my/{address}").status_code == 200, address
