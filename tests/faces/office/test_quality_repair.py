"""A data officer looks at rows that were set aside, corrects one for a reason, and has the others judged again."""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

import pytest

from demo import people
from demo.numbers import wrong_check
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import locks
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from tests.contexts.pool.conftest import world as inhabited
from tests.faces.office.conftest import Officer
from tests.faces.office.test_quality import rows, send, upload

__all__ = ["inhabited", "rows"]
pytestmark = pytest.mark.django_db(transaction=True)

CONTRACT = """
code: drivers
title: {zh: 驾驶人, en: Drivers}
version: 1
owner: {kind: sc, division: "510000000000"}
key: [resident_id]
subject: resident_id
cycle: "2"
sensitivity: 4
columns:
  - {name: resident_id, title: {zh: 公民身份号码, en: Resident ID}, identifier: resident, check: resident}
  - {name: birth_date, title: {zh: 出生日期, en: Date of birth}, kind: date}
  - {name: sex, title: {zh: 性别, en: Sex}, kind: code, values: [男, 女]}
  - {name: kind, title: {zh: 准驾车型, en: Class}, kind: code, values: [甲, 乙]}
"""


@pytest.fixture
def owner(officer: Officer) -> tuple[Actor, Any]:
    """A data officer of the department whose rows they are."""
    return officer("sc")


@pytest.fixture
def address(owner: tuple[Actor, Any], rows: list[list[str]], noon: datetime) -> str:
    """The page of a delivery's rows: a wrong check digit and an unknown class."""
    actor, client = owner
    pool.write_contract(CONTRACT, acting=actor, now=noon, key="create")
    rows[5][0] = wrong_check(rows[5][0])
    rows[7][3] = "丙"
    assert send(client, "/office/quality/drivers/deliver/", file=upload(rows)).status_code == 302
    outbox.drain()
    [batch] = pool.batches("drivers")
    return f"/office/quality/drivers/batches/{batch.number}/"


def entries(page: str) -> dict[str, str]:
    """The entries of the form with their values."""
    inputs = [tag for tag in re.findall(r"<input [^>]*>", page) if 'name="v-' in tag]
    return {
        re.findall(r'name="([^"]*)"', tag)[0]: html.unescape(re.findall(r' value="([^"]*)"', tag)[0]) for tag in inputs
    }


def open_row(client: Any, address: str, place: int) -> str:
    answer = client.post(f"{address}rows/{place}/", {"act": "unmask", "reason": "核对原始登记表"})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return str(answer.content.decode())


def test_a_row_is_unmasked_corrected_and_taken_in(
    owner: tuple[Actor, Any], address: str, rows: list[list[str]], inhabited: people.World
) -> None:
    _, client = owner
    page = client.get(address).content.decode()
    assert "已修复 0 / 2 条" in page
    assert f"{address}rows/" in page
    page = client.get(f"{address}rows/").content.decode()
    assert "公民身份号码：校验位" in page
    assert "准驾车型：代码表" in page
    assert rows[5][0] not in page
    page = client.get(f"{address}rows/6/").content.decode()
    assert rows[5][0] not in page
    assert entries(page) == {}
    assert client.post(f"{address}rows/6/", {"act": "unmask", "reason": "看"}).status_code == 422

    page = open_row(client, address, 6)
    given = entries(page)
    assert given["v-resident_id"] == rows[5][0]
    again = send(client, f"{address}rows/6/", act="repair", **given)
    assert again.status_code == 422
    assert 'href="#f-v-resident_id"' in again.content.decode()
    given["v-resident_id"] = inhabited.people[5].resident_id
    assert send(client, f"{address}rows/6/", act="repair", **given).status_code == 302
    page = client.get(f"{address}rows/").content.decode()
    assert "已修复 1 条" in page
    assert "已修复入库" in page
    assert "已修复 1 / 2 条" in client.get(address).content.decode()
    actions = [entry.action for entry in audit.entries(target=address.split("/")[-2])]
    assert actions == ["pool.repair", "pool.unmask_row"]
    outbox.drain()
    [repair] = [one.number for one in pool.batches("drivers") if one.rows == 1]
    assert "由修复产生的批次不评分" in client.get(f"/office/quality/drivers/batches/{repair}/").content.decode()


def test_all_rows_are_judged_again(owner: tuple[Actor, Any], address: str, noon: datetime) -> None:
    actor, client = owner
    assert client.get(f"{address}replay/").status_code == 405
    send(client, f"{address}replay/")
    assert "重新检查 2 条，入库 0 条" in client.get(f"{address}rows/").content.decode()
    text = CONTRACT.replace("version: 1", "version: 2").replace("[甲, 乙]", "[甲, 乙, 丙]")
    pool.write_contract(text, acting=actor, now=noon, key="wider")
    assert send(client, f"{address}replay/").status_code == 302
    assert "重新检查 2 条，入库 1 条，仍不合格 1 条" in client.get(f"{address}rows/").content.decode()
    assert pool.repaired(address.split("/")[-2]) == 1


def test_only_the_owner_and_the_bureau_see_rows(officer: Officer, address: str) -> None:
    _, stranger = officer("jt")
    for path in ("rows/", "rows/6/"):
        assert stranger.get(address + path).status_code == 403
    assert send(stranger, f"{address}replay/").status_code == 403
    assert stranger.post(f"{address}rows/6/", {"act": "unmask", "reason": "核对原始登记表"}).status_code == 403
    assert f"{address}rows/" not in stranger.get(address).content.decode()
    _, bureau = officer("sj", Role.DATA_BUREAU)
    assert bureau.get(f"{address}rows/").status_code == 200
    elsewhere = address.replace("drivers", "population")
    assert bureau.get(f"{elsewhere}rows/").status_code == 404
    assert bureau.get(f"{address}rows/9/").status_code == 404


def test_the_pages_speak_english(owner: tuple[Actor, Any], address: str) -> None:
    _, client = owner
    client.cookies["django_language"] = "en"
    page = client.get(f"{address}rows/").content.decode()
    assert "2 rows set aside, 0 repaired" in page
    assert "Resident ID" in page
    assert "Judge all again" in page
    assert "Judge and take in" in open_row(client, address, 6)
    assert "0 of 2 repaired" in client.get(address).content.decode()


def test_what_was_typed_stays_while_the_dataset_is_busy(owner: tuple[Actor, Any], address: str) -> None:
    _, client = owner
    given = entries(open_row(client, address, 8)) | {"v-kind": "甲"}
    with locks.only_writer("drivers"):
        answer = send(client, f"{address}rows/8/", act="repair", **given)
    assert answer.status_code == 422
    assert "正在入库另一批数据" in answer.content.decode()
    assert entries(answer.content.decode()) == given
    assert send(client, f"{address}rows/8/", act="repair", **given).status_code == 302
