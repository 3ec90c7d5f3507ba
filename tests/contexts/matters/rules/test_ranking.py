from __future__ import annotations

from shudao.contexts.matters.rules import ranking
from shudao.contexts.matters.rules.ranking import Part, Places


def _places(head: str = "", body: str = "") -> Places:
    return Places(frozenset(head.split()), frozenset(body.split()))


def _part(word: str) -> Part:
    return Part(((word, 1.0),))


def test_rare_words_weigh_more_than_common_ones() -> None:
    places = {"permit": _places("a b c d"), "bees": _places("d")}

    shares = ranking.shares([[_part("bees"), _part("permit")]], places, size=10)

    assert max(shares, key=shares.__getitem__) == "d"
    assert shares["d"] == 1.0
    assert "a" not in shares  # less than half of what the best holds


def test_a_word_of_the_title_counts_more_than_one_of_the_body() -> None:
    shares = ranking.shares([[_part("bees")]], {"bees": _places("a", "b")}, size=10)

    assert shares == {"a": 1.0, "b": ranking.IN_BODY}


def test_the_better_wording_counts_not_both() -> None:
    ways = [[_part("bees"), _part("nothing")], [_part("bees")]]

    assert ranking.shares(ways, {"bees": _places("a")}, size=10) == {"a": 1.0}


def test_who_holds_nearly_nothing_of_the_question_is_not_found() -> None:
    parts = [_part(word) for word in ("one", "two", "three", "four", "five", "six")]

    assert ranking.shares([parts], {"one": _places("", "a")}, size=100) == {}


def test_the_exact_title_comes_first_then_beginnings_then_shorter_ones() -> None:
    titles = {
        "long": ["bees and wasps on roofs"],
        "exact": ["bees"],
        "begins": ["bees on roofs"],
        "holds": ["the bees"],
    }
    shares = {"exact": 0.3, "begins": 0.9, "holds": 0.9, "long": 0.9}

    assert ranking.order(["bees"], titles, shares) == ["exact", "begins", "long", "holds"]
