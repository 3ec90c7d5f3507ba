"""The silo map in the browser, for the data bureau: picture, tables, filters, exports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.silos import Pair
from shudao.faces.office import silo_picture
from shudao.foundation.identity.contracts import Role
from tests.contexts.exchange.conftest import POPULATION
from tests.faces.office.conftest import Officer
from tests.support.disclosing import Book

PAGE = "/office/silos/"


@pytest.fixture
def called(catalogue: None, settings: Any, noon: datetime) -> None:
    """Two calls of the one-window platform."""
    book = Book(Path(settings.LEDGER_ROOT), exchange.resource(POPULATION).provider)
    for _ in range(2):
        book.note("0" * 32, client=exchange.one_window_client(), resource=POPULATION, fields=("name",), at=noon)
    exchange.count_use(now=noon)


def test_the_map_shows_pairs_and_departments(called: None, officer: Officer) -> None:
    _, bureau = officer("sj", Role.DATA_BUREAU)
    page = bureau.get(PAGE).text
    assert "四川省公安厅 → 四川省数据局: 2" in page
    assert page.partition("<main")[2].count("<title>四川省") == 3, "a line and two names"
    assert "孤岛部门" in page
    told = bureau.get("/api/v1/exchange/silos").json()
    assert [(one["calls"], one["resources"]) for one in told["pairs"]] == [(2, 0)]


@pytest.mark.parametrize(
    ("asked", "police", "transport"),
    [("?kind=isolated", False, True), ("?kind=offers", True, False), ("?text=公安", True, False)],
)
def test_the_table_narrows_and_exports(
    called: None, officer: Officer, asked: str, police: bool, transport: bool
) -> None:
    _, bureau = officer("sj", Role.DATA_BUREAU)
    exported = b"".join(bureau.get(f"{PAGE}{asked}&format=csv").streaming_content).decode()
    assert ("公安厅" in exported, "交通运输厅" in exported) == (police, transport)
    assert bureau.get(f"{PAGE}{asked}&sort=-given").status_code == 200


def test_the_pairs_are_exported(called: None, officer: Officer) -> None:
    _, bureau = officer("sj", Role.DATA_BUREAU)
    lines = b"".join(bureau.get(f"{PAGE}?format=csv&table=pairs").streaming_content).decode().splitlines()
    assert lines[1] == "四川省公安厅,四川省数据局,0,2"


def test_it_is_the_bureaus(officer: Officer) -> None:
    _, police = officer("ga")
    assert police.get(PAGE).status_code == 403
    assert police.get("/api/v1/exchange/silos").status_code == 403


def test_wider_lines_for_more_calls_and_dashes_for_none() -> None:
    drawn = silo_picture.picture(
        [Pair("A", "B", 1, 1000), Pair("A", "C", 1, 10), Pair("D", "C", 1, 0)], {"A": "甲" * 20}
    )
    assert drawn is not None
    widths = [float(line.width) for line in drawn.lines]
    assert widths == sorted(widths, reverse=True)
    assert [line.called for line in drawn.lines] == [True, True, False]
    assert (drawn.providers[0].short[-1], drawn.providers[0].whole) == ("…", "甲" * 20)
    assert len({label.y for label in drawn.providers}) == len(drawn.providers)


def test_more_lines_than_can_be_followed_are_left_to_the_table() -> None:
    pairs = [Pair(f"P{number}", "U", 1, 500 - number) for number in range(silo_picture.MOST + 5)]
    drawn = silo_picture.picture(pairs, {})
    assert drawn is not None
    assert (len(drawn.lines), drawn.left_out) == (silo_picture.MOST, 5)
    assert silo_picture.picture([], {}) is None
