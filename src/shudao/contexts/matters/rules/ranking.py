"""Which found things come first: how much of what was asked each holds, rare words weighing more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

IN_BODY = 0.5
_LEAST, _OF_BEST = 0.2, 0.5
_BEGINS, _HOLDS, _LENGTH = 0.3, 0.2, 0.002


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what was asked: the tokens that would answer it, each with how sure it is (0–1), and its weight."""

    tokens: tuple[tuple[str, float], ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Places:
    """Where one token stands: codes of things whose head, and whose body, holds it."""

    head: frozenset[str]
    body: frozenset[str]


NOWHERE = Places(frozenset(), frozenset())


def shares(ways: Iterable[Sequence[Part]], places: Mapping[str, Places], size: int) -> dict[str, float]:
    """
    Return by code how much of what was asked it holds, 0–1; what holds too little of it is left out, never what holds
    every whole word.

    Args:
        ways: The same question in several wordings, each in parts; the best wording counts.
        places: Where each token of the parts stands.
        size: How many things there are.
    """
    best: dict[str, float] = {}
    whole: set[str] = set()
    for parts in ways:
        answers = [(part, _answers(part, places)) for part in parts]
        words = [found.keys() for part, found in answers if part.weight >= 1]
        whole |= set.intersection(*map(set, words)) if words else set()
        for code, share in _shares(answers, size).items():
            best[code] = max(share, best.get(code, 0.0))
    least = max(_LEAST, _OF_BEST * max(best.values(), default=0.0))
    return {code: share for code, share in best.items() if share >= least or code in whole}


def _shares(answers: Sequence[tuple[Part, Mapping[str, float]]], size: int) -> dict[str, float]:
    held: dict[str, float] = {}
    total = 0.0
    for part, found in answers:
        weight = part.weight * log(1 + size / (len(found) or size / 8))
        total += weight
        for code, sure in found.items():
            held[code] = held.get(code, 0.0) + weight * sure
    return {code: weights / total for code, weights in held.items()}


def _answers(part: Part, places: Mapping[str, Places]) -> dict[str, float]:
    found: dict[str, float] = {}
    for token, sure in part.tokens:
        where = places.get(token, NOWHERE)
        for codes, worth in ((where.head, sure), (where.body, sure * IN_BODY)):
            for code in codes:
                found[code] = max(worth, found.get(code, 0.0))
    return found


def order(asked: Iterable[str], titles: Mapping[str, Sequence[str]], share: Mapping[str, float]) -> list[str]:
    """
    Return the codes, best first: the exact title before everything; then by share, a title that begins with or holds
    the words before others, a short title before a long one.

    Args:
        asked: What was asked, in each wording, without signs and case.
        titles: By code, its titles in the same writing.
        share: By code, from `shares`.
    """
    wanted = [one for one in asked if one]

    def key(code: str) -> tuple[bool, float, str]:
        exact = any(title in wanted for title in titles[code])
        near = max((_near(one, title) for one in wanted for title in titles[code]), default=0.0)
        return not exact, _LENGTH * len(titles[code][0]) - share[code] - near, code

    return sorted(share, key=key)


def _near(asked: str, title: str) -> float:
    if title.startswith(asked):
        return _BEGINS
    return _HOLDS if asked in title else 0.0
