"""Where a matter cites the law."""

from __future__ import annotations

from collections.abc import Iterator

from shudao.contexts.matters.contracts import Cited, MatterFields

# The library's own rules (rules/consistency.py) by number, and the articles that they rest on.
RULES = {
    "9": ("xzxkf:32", "xzxkf:34", "xzxkf:42", "xzxkf:44"),
    "11": ("xzxkf:31", "xzxkf:42"),
}


def cited(matter: MatterFields) -> Iterator[tuple[str, Cited]]:
    """Yield (article code, place) for every citation, in the order of the guide; one material may cite several."""
    for code in matter.by_law:
        yield code, Cited("matter")
    for place, limit in (("legal", matter.legal), ("promised", matter.promised)):
        for code in limit.basis:
            yield code, Cited(place)
    for material in matter.materials:
        for code in material.by_law:
            yield code, Cited("material", material.code, material.name)
    for fee in matter.fees:
        for code in fee.by_law:
            yield code, Cited("fee", fee.name.zh, fee.name)


def rules_on(article: str) -> tuple[str, ...]:
    """Return the numbers of the library's rules that rest on an article."""
    return tuple(number for number, articles in RULES.items() if article in articles)
