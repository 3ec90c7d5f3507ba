"""The judged pairs: enough of them, one verdict each, no name of a real list among them."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from shudao.contexts.conformance.contracts.duplicates import Entry, Likeness
from shudao.contexts.conformance.rules.duplicates import judge

PAIRS = Path(__file__).parent / "data" / "guangan_pairs.csv"
REASONS = {
    "duplicate": {"same-name", "department", "department-split", "synonym", "split", "merged"},
    "related": {"act-differs", "part-of", "object-differs", "target-differs"},
    "different": {"object-differs", "target-differs", "unrelated"},
}


def _pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_at_least_four_hundred_pairs_of_every_kind() -> None:
    counted = Counter(pair["verdict"] for pair in _pairs())

    assert counted.total() >= 400
    assert (counted["related"], counted["different"]) >= (100, 150)
    assert counted["duplicate"] >= 25


def test_no_pair_is_judged_twice() -> None:
    seen = Counter(frozenset((pair["left"], pair["right"])) for pair in _pairs())

    assert [pair for pair, times in seen.items() if times > 1 or len(pair) != 2] == []


def test_every_verdict_has_a_reason_that_fits_it() -> None:
    assert [pair for pair in _pairs() if pair["reason"] not in REASONS[pair["verdict"]]] == []


def test_no_name_is_in_the_file() -> None:
    assert re.search(r"[^\x00-\x7f]", PAIRS.read_text(encoding="utf-8")) is None


@pytest.fixture(scope="module")
def listed() -> dict[str, Entry]:
    """The real list by item code."""
    folder = os.environ.get("SHUDAO_REFERENCE_DATA")
    if not folder:
        pytest.skip("SHUDAO_REFERENCE_DATA names no folder with the list")
    with (Path(folder) / "matters_guangan_511602.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["item_code"]: Entry(code=row["item_code"], name=row["name"]) for row in rows}


def test_every_code_is_in_the_list(listed: dict[str, Entry]) -> None:
    assert {code for pair in _pairs() for code in (pair["left"], pair["right"])} <= listed.keys()


def _half(pair: dict[str, str]) -> str:
    return "for tuning" if hashlib.sha256((pair["left"] + pair["right"]).encode()).digest()[0] % 2 == 0 else "held out"


@pytest.mark.parametrize("half", ["for tuning", "held out"])
def test_most_of_what_is_called_a_duplicate_is_one_and_most_duplicates_are_called_so(
    listed: dict[str, Entry], half: str
) -> None:
    called = Counter(
        (pair["verdict"] == Likeness.DUPLICATE, judge(listed[pair["left"]], listed[pair["right"]]).likeness)
        for pair in _pairs()
        if _half(pair) == half
    )
    right, wrong = called[True, Likeness.DUPLICATE], called[False, Likeness.DUPLICATE]
    missed = called[True, Likeness.RELATED] + called[True, Likeness.DIFFERENT]

    print(f"{half}: precision {right}/{right + wrong}, recall {right}/{right + missed}")
    assert right / (right + wrong) >= 0.65
    assert right / (right + missed) >= 0.6
