"""A data officer's journey: rules proposed, a dirty GB18030 file, quarantine, a duty, repaired, the score rises."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from demo import people
from demo.numbers import wrong_check
from shudao.contexts.pool import api as pool
from shudao.contexts.pool.contracts.quality import (
    CORRECTION,
)
from shudao.foundation.duties import api as duties
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel.ids import new_id
from tests.contexts.pool.conftest import world as inhabited
from tests.faces.office.conftest import Officer

__all__ = ["inhabited"]
pytestmark = pytest.mark.django_db(transaction=True)
HEADER = ["resident_id", "birth_date", "sex", "kind"]


def upload(rows: list[list[str]], encoding: str = "gb18030") -> SimpleUploadedFile:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return SimpleUploadedFile("register.csv", text.getvalue().encode(encoding))


@pytest.fixture
def rows(inhabited: people.World) -> list[list[str]]:
    return [
        [one.resident_id, one.born.isoformat(), "女" if one.female else "男", "甲" if one.index % 2 else "乙"]
        for one in inhabited.people[:120]
    ]


def send(client: Any, address: str, **fields: Any) -> Any:
    return client.post(address, {"key": new_id(), **fields})


def test_from_a_sample_to_rising_scores(officer: Officer, rows: list[list[str]], noon: datetime) -> None:
    _, client = officer("sc")
    answer = send(client, "/office/quality/propose/", code="drivers", file=upload(rows))
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "birth_date+resident_id.derived" in page
    assert rows[0][0] not in page
    proposal = pool.proposal(answer["Location"].rstrip("/").rpartition("/")[2])
    refused = send(client, answer["Location"], contract=proposal.contract)
    assert refused.status_code == 403, "the proposal names another department"
    text = proposal.contract.replace("kind: sj", "kind: sc")
    assert send(client, answer["Location"], contract=text.replace("derived", "divined")).status_code == 422
    assert send(client, answer["Location"], contract=text).status_code == 302

    dirty = [list(row) for row in rows]
    dirty[5][0] = wrong_check(dirty[5][0])
    dirty[7][2] = "女" if dirty[7][2] == "男" else "男"
    assert send(client, "/office/quality/drivers/deliver/", file=upload(dirty)).status_code == 302
    outbox.drain()
    [batch] = pool.batches("drivers")
    assert batch.quarantined == 2
    page = client.get(f"/office/quality/drivers/batches/{batch.number}/").content.decode()
    assert "sex+resident_id.derived" in page
    assert dirty[5][0] not in page
    assert dirty[5][0][:3] + "*" * 11 in page
    owed = duties.listing(kind=CORRECTION, subject="drivers").items
    assert len(owed) == 2
    assert client.post(f"/office/duties/{owed[0].number}/close/", {"done": "已改"}).status_code == 409
    assert owed[0].number in client.get("/office/quality/drivers/").content.decode()

    assert send(client, "/office/quality/drivers/deliver/", file=upload(rows, "utf-8")).status_code == 302
    outbox.drain()
    assert all(duty.closed_on for duty in duties.listing(kind=CORRECTION, subject="drivers").items)
    newest, oldest = pool.scores("drivers")
    assert newest.dimensions[""] > oldest.dimensions[""]
    page = client.get("/office/quality/drivers/").content.decode()
    assert 'data-chart="line"' in page
    assert client.get("/office/quality/drivers/lineage/").content.decode().count(batch.number) >= 1
    assert 'data-chart="bar"' in client.get("/office/quality/").content.decode()


def test_others_may_look_but_neither_deliver_nor_edit_nor_see_rows(
    officer: Officer, rows: list[list[str]], noon: datetime
) -> None:
    _, owner = officer("ga")
    text = pool.contract_versions("population")[0][2]
    _, stranger = officer("jt")
    page = stranger.get("/office/quality/population/contract/").content.decode()
    assert "<textarea" not in page
    edited = text.replace("version: 1", "version: 2")
    assert send(stranger, "/office/quality/population/contract/", contract=edited).status_code == 403
    assert send(stranger, "/office/quality/population/deliver/", file=upload(rows)).status_code == 403
    assert send(owner, "/office/quality/population/contract/", contract=edited).status_code == 302
    assert pool.contract("population").version == 2
    _, bureau = officer("sj", Role.DATA_BUREAU)
    assert "<textarea" in bureau.get("/office/quality/population/contract/").content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_both_languages(officer: Officer, language: str) -> None:
    _, client = officer("ga")
    client.cookies["django_language"] = language
    for address in (
        "",
        "propose/",
        "population/",
        "population/contract/",
        "population/deliver/",
        "population/lineage/",
    ):
        answer = client.get(f"/office/quality/{address}")
        assert answer.status_code == 200, address
    page = client.get("/office/quality/propose/").content.decode()
    assert ("Look and propose" in page) is (language == "en")


def test_a_file_that_cannot_be_read_says_why_beside_the_entry(officer: Officer) -> None:
    _, client = officer("ga")
    answer = send(client, "/office/quality/population/deliver/", file=SimpleUploadedFile("x.zip", b"PK\x03\x04junk"))
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert send(client, "/office/quality/population/deliver/").status_code == 422
    assert send(client, "/office/quality/propose/", code="Bad Code", file=upload([])).status_code == 422
