"""
Sets of codes: the order in which somebody wrote them says nothing, and nothing is in a set twice.

A set is a tuple in one order, so that two are equal exactly where they hold the same codes, and JSON, digests and pages
of one are always the same. The exchange joins the codes by "^".
"""

from __future__ import annotations

from collections.abc import Iterable

SEPARATOR = "^"


def of(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the codes as a set: each once, in order. `of(of(x)) == of(x)`."""
    return tuple(sorted(set(codes)))


def read(text: str) -> tuple[str, ...]:
    """Return the set that the exchange writes as "3^4^9^2^1"; blanks around codes and empty ones do not count."""
    return of(part.strip() for part in text.split(SEPARATOR) if part.strip())


def write(codes: Iterable[str]) -> str:
    """Return the set as the exchange writes it: "1^2^3^4^9"."""
    return SEPARATOR.join(of(codes))
