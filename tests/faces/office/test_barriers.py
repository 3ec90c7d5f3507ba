"""Data barriers in the browser: the bureau and leaders see what stands between data and matters, and for how long."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from shudao.contexts.assessment import api as assessment
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.barriers import CAUSES, BarrierKind, Standing
from shudao.faces.office.views.barriers import cause
from shudao.foundation.identity.contracts import Role
from shudao.foundation.outbox import api as outbox
from shudao.kernel import time
from shudao.kernel.ids import new_id
from shudao.kernel.texts import Text
from tests.faces.office.conftest import Officer
from tests.faces.office.test_sharing import ask, number_of

LIST = "/office/barriers/"


@pytest.fixture
def refused(officer: Officer) -> str:
    """A request that was refused, as the list has it; its number."""
    number = number_of(ask(officer("sj", Role.INTEGRATOR)[1]))
    sent = {"decision": "refuse", "opinion": "用途不明", "basis": "条例第八条", "key": new_id()}
    officer("ga")[1].post(f"/office/requests/{number}/", sent)
    exchange.find_barriers(now=time.now())
    outbox.drain()
    return number


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_list_to_the_request(refused: str, officer: Officer, language: str) -> None:
    _, bureau = officer("sj", Role.DATA_BUREAU)
    bureau.cookies["django_language"] = language
    number = assessment.barriers(kind=BarrierKind.REFUSED).items[0].barrier.number
    address = f"{LIST}{number}/"
    assert address in bureau.get(f"{LIST}?kind=refused").text
    assert address not in bureau.get(f"{LIST}?kind=late").text
    assert address not in bureau.get(f"{LIST}?state=gone").text
    page = bureau.get(address).text
    assert f"/office/requests/{refused}/" in page
    assert ("数源部门不同意共享" in page) == (language == "zh-hans")


def test_a_leader_reads_it_without_a_way_into_the_register(refused: str, officer: Officer) -> None:
    _, leader = officer("sj", Role.LEADER)
    number = assessment.barriers(kind=BarrierKind.REFUSED).items[0].barrier.number
    page = leader.get(f"{LIST}{number}/")
    assert page.status_code == 200
    assert f"/office/requests/{refused}/" not in page.text
    assert officer("mz")[1].get(f"{LIST}{number}/").status_code == 403
    assert leader.get(f"{LIST}nothing/").status_code == 404


def test_it_is_exported_as_it_is_filtered(refused: str, officer: Officer) -> None:
    _, bureau = officer("sj", Role.DATA_BUREAU)
    for query, rows in (("kind=refused", 1), ("kind=broken", 0), ("text=人口", 1), ("text=婚姻", 0)):
        answer = bureau.get(f"{LIST}?{query}&format=csv")
        found = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert len(found) == rows + 1, query
        assert all(len(row) == len(found[0]) for row in found)


@pytest.mark.parametrize("word", [*CAUSES, "upstream_timeout"])
def test_every_cause_is_said(word: str) -> None:
    kind = BarrierKind.REFUSED if word in CAUSES else BarrierKind.BROKEN
    parts: dict[str, Any] = {"subject": "", "resource": "", "label": Text(""), "owner": "", "waiting": ""}
    assert cause(Standing(kind=kind, cause=word, matters=(), since=time.local_date(time.now()), **parts))
