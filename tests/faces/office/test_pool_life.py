"""Somebody leaves by the office's page, looked at once more; snapshots are kept for good and dropped."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from demo.numbers import wrong_check
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import locks
from shudao.contexts.pool.contracts.deliveries import Mode
from shudao.contexts.pool.models import Erasure
from shudao.faces.office import words
from shudao.foundation.audit import api as audit
from shudao.foundation.identity.contracts import Role
from tests.contexts.pool.conftest import world as inhabited
from tests.faces.office.conftest import Officer
from tests.faces.office.test_quality import rows, send, upload
from tests.faces.office.test_quality_repair import CONTRACT

__all__ = ["inhabited", "rows"]
pytestmark = pytest.mark.django_db(transaction=True)
ERASURES = "/office/erasures/"
SNAPSHOTS = "/office/datasets/drivers/snapshots/"
REASON = "本人申请，受理单 12 号"


@pytest.fixture
def client(officer: Officer, noon: datetime, rows: list[list[str]]) -> Client:
    """The owner's officer, with two deliveries: of all, and of one more with a wrong class."""
    actor, browser = officer("sc")
    pool.write_contract(CONTRACT, acting=actor, now=noon, key="create")
    spoilt = [*rows[100][:3], "丙"]
    for mode, some in ((Mode.FULL, rows[:100]), (Mode.APPEND, [*rows[101:110], spoilt])):
        assert send(browser, "/office/quality/drivers/deliver/", mode=mode, file=upload(some)).status_code == 302
    return browser


def text(answer: Any) -> str:
    return str(answer.content.decode())


def asked(identifier: str, **changes: Any) -> dict[str, Any]:
    return {"identifier": identifier, "reason": REASON, "datasets": ["drivers"], "act": "check"} | changes


def test_a_person_is_looked_at_once_more_and_leaves(client: Client, rows: list[list[str]]) -> None:
    person, aside = rows[3][0], rows[100][0]
    page = text(client.get(ERASURES))
    assert 'value="drivers" checked' in page
    assert 'value="population"' not in page, "another department's"
    answer = client.post(ERASURES, asked(person))
    assert "no-store" in answer.headers["Cache-Control"]
    assert REASON in text(answer)
    assert "校验位不对" not in text(answer)
    assert pool.lookup("drivers", person) is not None, "nothing is done yet"
    assert "校验位不对" in text(client.post(ERASURES, asked(wrong_check(person))))
    back = text(client.post(ERASURES, asked(person, act="edit")))
    assert f'value="{person}"' in back
    assert f'value="{REASON}"' in back

    done = send(client, ERASURES, **asked(person, act="erase"))
    assert (done.status_code, done["Location"]) == (302, ERASURES)
    page = text(client.get(ERASURES))
    assert "已删除记录 1 条" in page
    assert "已完成" in page
    assert person not in page
    assert pool.lookup("drivers", person) is None
    send(client, ERASURES, **asked(aside, act="erase"))
    assert "隔离行 1 条" in text(client.get(ERASURES))
    send(client, ERASURES, **asked(aside, act="erase"))
    assert "没有这个对象的数据" in text(client.get(ERASURES))
    [one, *_] = pool.erasures()
    found = {entry.action: entry.reason for entry in audit.entries(target=one.subject)}
    assert found == {"pool.erase": REASON, "pool.erased": ""}


@pytest.mark.parametrize(
    ("changes", "entry"),
    [
        ({"identifier": "123"}, "identifier"),
        ({"identifier": "1" * 41}, "identifier"),
        ({"reason": "看" * 201}, "reason"),
        ({"reason": "看"}, "reason"),
        ({"datasets": ["population"]}, "datasets"),
        ({"act": "erase", "reason": ""}, "reason"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    client: Client, rows: list[list[str]], changes: dict[str, Any], entry: str
) -> None:
    answer = client.post(ERASURES, asked(rows[3][0]) | changes)
    assert answer.status_code == 422
    assert f'href="#f-{entry}"' in text(answer)
    kept = {"identifier": rows[3][0], "reason": REASON} | changes
    assert all(f'value="{kept[name]}"' in text(answer) for name in ("identifier", "reason") if kept[name])
    assert not Erasure.objects.exists()


def test_who_may_erase_and_sees_what_was_erased(client: Client, officer: Officer, rows: list[list[str]]) -> None:
    send(client, ERASURES, **asked(rows[3][0], act="erase"))
    _, stranger = officer("jt")
    assert "贵部门没有数据集" in text(stranger.get(ERASURES))
    assert "还没有删除过" in text(stranger.get(ERASURES))
    assert stranger.post(ERASURES, asked(rows[4][0], act="erase")).status_code == 422
    _, bureau = officer("sj", Role.DATA_BUREAU)
    page = text(bureau.get(ERASURES))
    assert "已完成" in page
    assert all(f'value="{row.code}" checked' in page for row in pool.datasets())
    everything = [row.code for row in pool.datasets()]
    send(bureau, ERASURES, **asked(rows[4][0], act="erase", datasets=everything))
    assert [one.everywhere for one in Erasure.objects.order_by("pk")] == [False, True]
    _, integrator = officer("sc", Role.INTEGRATOR)
    assert integrator.get(ERASURES).status_code == 403


def test_a_busy_dataset_waits_and_the_page_says_so(client: Client, rows: list[list[str]]) -> None:
    with locks.only_writer("drivers"):
        send(client, ERASURES, **asked(rows[3][0], act="erase"))
    page = text(client.get(ERASURES))
    assert "另有 1 个数据集正忙" in page
    assert "正在改写" in page
    assert "驾驶人" in page
    assert pool.lookup("drivers", rows[3][0]) is None


def test_a_snapshot_is_shown_kept_and_dropped(client: Client, officer: Officer, rows: list[list[str]]) -> None:
    page = text(client.get("/office/datasets/drivers/"))
    assert re.findall(r"/snapshots/(\d+)/", page) == ["2", "1"]
    page = text(client.get(f"{SNAPSHOTS}1/"))
    assert "驾驶人" in page
    assert "准驾车型" in page
    assert not any(row[0] in page for row in rows)
    send(client, f"{SNAPSHOTS}1/", act="keep")
    assert "一直保留" in text(client.get("/office/datasets/drivers/"))
    send(client, f"{SNAPSHOTS}1/", act="release")
    assert not any(one.pinned for one in pool.snapshots("drivers"))
    answer = send(client, f"{SNAPSHOTS}1/", act="drop", reason="错")
    assert (answer.status_code, 'href="#f-reason"' in text(answer)) == (422, True)
    with locks.only_writer("drivers"):
        answer = send(client, f"{SNAPSHOTS}1/", act="drop", reason="报错了月份")
    assert (answer.status_code, 'href="#f-drop"' in text(answer)) == (422, True)
    assert send(client, f"{SNAPSHOTS}2/", act="drop", reason="报错了月份").status_code == 422, "the current one"
    assert send(client, f"{SNAPSHOTS}1/", act="burn").status_code == 404
    _, stranger = officer("jt")
    seen = text(stranger.get(f"{SNAPSHOTS}1/"))
    assert "准驾车型" not in seen
    assert 'value="drop"' not in seen
    for act in ("drop", "keep"):
        assert send(stranger, f"{SNAPSHOTS}1/", act=act).status_code == 403
    assert send(client, f"{SNAPSHOTS}1/", act="drop", reason="报错了月份")["Location"] == "/office/datasets/drivers/"
    assert "快照 1 已删除" in text(client.get("/office/datasets/drivers/"))
    assert client.get(f"{SNAPSHOTS}1/").status_code == 404


def test_the_pages_speak_english(client: Client, rows: list[list[str]]) -> None:
    client.cookies["django_language"] = "en"
    assert "Erasures I asked for" in text(client.get(ERASURES))
    assert "This cannot be undone" in text(client.post(ERASURES, asked(rows[3][0])))
    assert "Some records (masked)" in text(client.get(f"{SNAPSHOTS}1/"))
    assert "may have only the subject and key columns" in text(client.get("/office/quality/drivers/deliver/"))


def test_every_act_of_the_pool_has_its_words() -> None:
    acts = ("compact", "erase", "erased", "drop_snapshots", "pin_snapshot", "rotate", "rotated")
    assert [act for act in acts if words.action(f"pool.{act}") == f"pool.{act}"] == []
