"""A delivery's mode, from the form to the pages of batch and dataset; what a refusal keeps; snapshots in any order."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import msgspec
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from shudao.contexts.pool import api as pool
from shudao.contexts.pool.adapters import locks
from shudao.contexts.pool.contracts.deliveries import Mode, UnderWay
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.time import now
from tests.contexts.pool.conftest import world as inhabited
from tests.faces.office.conftest import Officer
from tests.faces.office.test_quality import rows, send, upload
from tests.faces.office.test_quality_repair import CONTRACT

__all__ = ["inhabited", "rows"]
pytestmark = pytest.mark.django_db(transaction=True)
DELIVER = "/office/quality/drivers/deliver/"


@pytest.fixture
def client(officer: Officer, noon: datetime) -> Any:
    """The browser of the owner's data officer, with an empty dataset."""
    actor, browser = officer("sc")
    pool.write_contract(CONTRACT, acting=actor, now=noon, key="create")
    return browser


def keys(rows: list[list[str]]) -> SimpleUploadedFile:
    """A deletion's file: subject and key alone."""
    return SimpleUploadedFile("keys.csv", "\n".join(["resident_id", *(row[0] for row in rows)]).encode())


def test_every_mode_does_what_it_says(client: Any, rows: list[list[str]]) -> None:
    page = client.get(DELIVER).content.decode()
    assert [one for one in Mode if f'value="{one}"' not in page] == []
    given = [(Mode.FULL, rows[:50], 50), (Mode.APPEND, rows[50:60], 60), (Mode.UPSERT, rows[55:65], 65)]
    for mode, some, total in [*given, (Mode.DELETE, rows[:5], 60)]:
        answer = send(client, DELIVER, mode=mode, file=keys(some) if mode is Mode.DELETE else upload(some))
        assert answer.status_code == 302, mode
        assert pool.counts()["drivers"] == total, mode
        assert mode in {one.mode for one in pool.batches("drivers")}  # numbers of one instant have no order
    page = client.get("/office/datasets/drivers/").content.decode()
    for called in ("整套数据", "新增", "新增或更新", "删除", "与当前快照一致"):
        assert called in page
    numbers = re.findall(r"/snapshots/(\d+)/", page)
    assert numbers == ["4", "3", "2", "1"]
    page = client.get("/office/datasets/drivers/?sort=rows").content.decode()
    assert re.findall(r"/snapshots/(\d+)/", page)[0] == "1"


def test_the_batch_page_says_why_in_words_and_masked(client: Any, rows: list[list[str]]) -> None:
    dirty = [list(row) for row in rows[:20]]
    dirty[3][3] = "丙"
    answer = send(client, DELIVER, mode="full", file=upload(dirty))
    page = client.get(answer["Location"]).content.decode()
    assert "准驾车型：代码表" in page
    assert dirty[3][0] not in page


def test_who_looks_meanwhile_sees_how_far_it_is(client: Any, rows: list[list[str]], tmp_path: Path) -> None:
    there, seen = "/office/quality/drivers/", {}

    def look(step: str, share: float) -> None:
        if step not in seen:
            seen[step] = client.get(there).content.decode()

    source = tmp_path / "drivers.csv"
    source.write_bytes(upload(rows[:5]).read())
    pool.ingest(dataset="drivers", source=source, acting=SYSTEM, now=now(), key="watched", progress=look)
    said = {"judge": "逐行检查", "write": "封存并写入", "publish": "发布快照", "index": "建立查询索引"}
    for step, sentence in said.items():
        assert sentence in seen[step], step
        assert 'hx-trigger="every 5s"' in seen[step], step
    page = client.get(there).content.decode()
    assert "正在接收" not in page
    assert 'hx-trigger="every 5s"' not in page


def test_a_killed_delivery_is_not_under_way(client: Any) -> None:
    step = Path(settings.POOL_ROOT) / "locks" / "drivers.step"
    step.parent.mkdir(parents=True, exist_ok=True)
    step.write_bytes(msgspec.json.encode(UnderWay(Mode.FULL, "write", 0.5, now())))
    with locks.only_writer("drivers"):
        assert pool.underway("drivers") == UnderWay(Mode.FULL, "write", 0.5, ANY)
    assert pool.underway("drivers") is None
    assert not step.exists()


def test_a_refusal_keeps_the_choice_and_a_busy_dataset_the_key(client: Any, rows: list[list[str]]) -> None:
    answer = send(client, DELIVER, mode="upsert")
    assert answer.status_code == 422
    assert 'value="upsert" checked' in answer.content.decode()
    with locks.only_writer("drivers"):
        answer = client.post(DELIVER, {"key": "the-same", "mode": "append", "file": upload(rows[:5])})
    assert answer.status_code == 422
    assert 'name="key" value="the-same"' in answer.content.decode()
