"""How Chinese text is typed in Latin letters: by its syllables (jiehundengji) or their first letters (jhdj)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

_TABLE = Path(__file__).resolve().parents[1] / "data" / "pinyin.txt"
_LONGEST, _READINGS = 40, 8
# What southern ears and quick fingers do not keep apart; both sides are written the same way before they are compared.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@cache
def _table() -> dict[str, tuple[str, ...]]:
    readings: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        syllable, characters = line.split()
        for character in characters:
            readings[character] = (*readings.get(character, ()), syllable)
    return readings


def readings(text: str) -> list[tuple[str, ...]]:
    """Return how each character can be read, without tones ("ü" is "v"); Latin letters and digits as they are."""
    table = _table()
    return [table.get(one, (one,)) for one in text.casefold() if one in table or (one.isascii() and one.isalnum())]


def alike(syllables: str) -> str:
    """Return syllables as they are compared: zh = z, ch = c, sh = s, ng = n; at most 40 letters."""
    for typed, same in _ALIKE:
        syllables = syllables.replace(typed, same)
    return syllables[:_LONGEST]


def syllables(text: str) -> Iterator[str]:
    """Yield what may be typed for the text from each of its characters on, written `alike`; at most 8 readings each."""
    for spoken in _from_each(text):
        yield alike("".join(spoken))


def initials(text: str) -> Iterator[str]:
    """Yield the first letters of the text's syllables, from each of its characters on; at most 8 readings each."""
    for spoken in _from_each(text):
        yield "".join(one[0] for one in spoken)[:_LONGEST]


def _from_each(text: str) -> Iterator[tuple[str, ...]]:
    spoken = readings(text)
    for start in range(len(spoken)):
        rest, ways = [], 1
        for one in spoken[start:]:
            kept = one if ways * len(one) <= _READINGS else one[:1]
            ways *= len(kept)
            rest.append(kept)
        yield from product(*rest)
