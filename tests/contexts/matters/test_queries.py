"""The queries as people type them: enough of every kind, each with one matter of the library."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

import pytest

from shudao.contexts.matters import api
from shudao.contexts.matters.adapters import search
from shudao.contexts.matters.contracts import Loaded
from tests.contexts.matters.places import GUANGAN

QUERIES = Path(__file__).parent / "data" / "queries.csv"
KINDS = {
    *("colloquial", "synonym", "typo", "pinyin", "initials", "half"),
    *("question", "english", "wrong-name", "place", "department"),
}


def read() -> list[dict[str, str]]:
    """Return the queries as they lie in the file."""
    with QUERIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_two_hundred_of_every_kind_and_none_twice() -> None:
    queries = read()

    assert len(queries) >= 200
    assert {query["kind"] for query in queries} == KINDS
    assert [words for words, times in Counter(query["query"] for query in queries).items() if times > 1] == []


def test_every_query_means_a_matter_of_the_library(library: Loaded) -> None:
    assert {query["expected"] for query in read()} <= {item.code for item in api.basic_items()}


def _half(query: str) -> str:
    return "for tuning" if hashlib.sha256(query.encode()).digest()[0] % 2 == 0 else "held out"


@pytest.mark.parametrize("half", ["for tuning", "held out"])
def test_most_are_found_first_and_nearly_all_among_the_first_five(library: Loaded, half: str) -> None:
    short = {item.catalog_code: item.code for item in api.basic_items()}
    queries = [query for query in read() if _half(query["query"]) == half]
    places = []
    for query in queries:
        found = [short[code] for code in search.find(query["query"])]
        places.append(found.index(query["expected"]) if query["expected"] in found else len(found) + 5)

    first = sum(place == 0 for place in places) / len(places)
    five = sum(place < 5 for place in places) / len(places)
    print(f"{half}: {len(places)} queries, first {first:.3f}, first five {five:.3f}")
    assert first >= 0.82
    assert five >= 0.93


@pytest.mark.parametrize("typed", ["jiehun dengji", "jhdj", "结昏登记", "怎么办结婚登记？", "广安结婚登记"])
def test_a_county_finds_what_was_meant_however_it_is_typed(library: Loaded, typed: str) -> None:
    page = api.find(division=GUANGAN, text=typed, page=1, size=5)

    assert api.basic_item(page.items[0].catalog_code).code == "marriage-registration"
