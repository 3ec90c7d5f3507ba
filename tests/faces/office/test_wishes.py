"""Wishing for data that nobody catalogued, in the browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shudao.contexts.exchange import api as exchange
from shudao.contexts.matters import api as matters
from shudao.contexts.pool import api as pool
from shudao.foundation.clocks import api as clocks
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.ids import new_id
from shudao.kernel.time import now
from tests.contexts.exchange.conftest import PROVINCE
from tests.faces.office.conftest import Officer

pytestmark = pytest.mark.django_db
CIVIL, POLICE = (identity.department_code(kind, PROVINCE) for kind in ("mz", "ga"))
MATTER = "510701001001"
LIST, NEW = "/office/wishes/", "/office/wishes/new/"


@pytest.fixture(autouse=True)
def place(catalogue: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.load_calendar()
    monkeypatch.setattr(matters, "item_states", lambda: {MATTER: "accepted"})


def wish(client: Client, **changes: Any) -> Any:
    sent = {
        "department": CIVIL, "name": "居民死亡医学证明", "fields": "死亡日期\n证明编号", "provider": POLICE,
        "matters": MATTER, "why": "停发高龄津贴", "basis": "老年人权益保障法", "key": new_id(),
    }  # fmt: skip
    return client.post(NEW, sent | changes)


def act(client: Client, address: str, **sent: str) -> int:
    return int(client.post(address, {"key": new_id()} | sent).status_code)


def test_from_the_wish_to_the_entry_that_meets_it(officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, civil), (_, police) = officer("mz"), officer("ga")
    assert "没有数据需求" in civil.get(LIST).text
    assert "公安厅" in civil.get(NEW).text
    made = wish(civil)
    assert made.status_code == 302
    address = made["location"]
    page = civil.get(address).text
    for word in ("死亡日期、证明编号", "停发高龄津贴", "待答复", "2026年12月8日", MATTER):
        assert word in page, word
    assert 'name="verdict"' not in page, "who wished is not offered the answer"
    assert act(police, address) == 422, "neither yes nor no"
    assert act(police, address, verdict="refused", opinion="不宜") == 422, "a refusal states its basis"
    assert act(police, address, verdict="accepted", opinion="将编目") == 302
    assert "居民死亡医学证明" in police.get(f"{LIST}?state=accepted").text
    monkeypatch.setattr(pool, "counts", lambda: {"population": 9})
    assert act(police, address, act="link", resource="sjzy-company-licence") == 422
    assert act(police, address, act="link", resource="sjzy-population-basic") == 302
    assert "已满足" in civil.get(address).text
    lines = b"".join(civil.get(f"{LIST}?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "已满足" in lines


def test_passed_on_and_taken_back(officer: Officer) -> None:
    (_, civil), (_, police), (_, market) = officer("mz"), officer("ga"), officer("sc")
    address = wish(civil)["location"]
    assert market.get(address).status_code == 404, "it concerns others"
    to = identity.department_code("sc", PROVINCE)
    assert act(police, address, verdict="forwarded", opinion="属于市监", to=to) == 302
    assert "属于市监" in market.get(address).text
    assert act(civil, address, act="withdraw", reason="改用告知承诺") == 302
    assert "已撤回" in civil.get(address).text
    assert "没有数据需求" in civil.get(f"{LIST}?state=open&text=死亡").text


def test_what_is_missing_stands_beside_the_entry(officer: Officer) -> None:
    _, civil = officer("mz")
    answer = wish(civil, fields="", matters="户口")
    assert answer.status_code == 422
    assert "请每行写一个信息项" in answer.text
    assert "请每行写一个基本目录编码" in answer.text
    assert wish(civil, department="").status_code == 422
    assert wish(civil, department=POLICE).status_code == 403


def test_the_bureau_sees_all_and_answers_where_nobody_knows(officer: Officer) -> None:
    (_, civil), (_, bureau) = officer("mz"), officer("sj", Role.DATA_BUREAU)
    address = wish(civil, provider="")["location"]
    assert 'name="verdict"' in bureau.get(address).text
    exchange.find_barriers(now=now())
    listed = bureau.get("/api/v1/exchange/wishes").json()
    assert [(one["name"], one["state"]) for one in listed["items"]] == [("居民死亡医学证明", "open")]
    number = listed["items"][0]["number"]
    assert bureau.get(f"/api/v1/exchange/wishes/{number}").json()["fields_wanted"] == ["死亡日期", "证明编号"]
    assert officer("jt")[1].get(f"/api/v1/exchange/wishes/{number}").status_code == 404
    assert Client().get("/api/v1/exchange/wishes").status_code == 401


def test_more_lines_ask_the_database_no_more_often(officer: Officer, django_assert_max_num_queries: Any) -> None:
    _, civil = officer("mz")
    for number in range(12):
        wish(civil, name=f"数据 {number}")
    civil.get(LIST)
    with django_assert_max_num_queries(14):
        assert "共 12 条" in civil.get(LIST).text
