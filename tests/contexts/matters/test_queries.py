"""The queries as people type them: enough of every kind, each with one matter of the library."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import Loaded

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
