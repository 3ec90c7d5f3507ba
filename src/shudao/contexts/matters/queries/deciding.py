"""Which body decides about an implementation: its own, or the department that townships and villages act for."""

from __future__ import annotations

from functools import cache

from shudao.contexts.matters.models import Implementation
from shudao.foundation.identity import api as identity
from shudao.foundation.regions import api as regions

# Bodies that act for those above them, and those whose matters nobody above answers for.
_ACTING = ("zf", "cun")
CANCELLED = "3"


class Deciders:
    """Answers for many implementations of one business line: each place above is looked up once."""

    def __init__(self, kind: str) -> None:
        # Villages have no staff: the township decides about matters of their own.
        self._kind = "zf" if kind == "cun" else kind
        self._own = kind
        self._above = cache(self._responsible)

    def of(self, body_kind: str, department: str, division: str) -> str:
        """Return the credit code of the body that decides."""
        if body_kind not in _ACTING or body_kind == self._kind:
            return department
        level = 9 if self._kind == "zf" else 6
        return self._above(division[:level].ljust(12, "0")) or department

    def _responsible(self, place: str) -> str:
        found = identity.responsible(self._kind, place)
        return found.code if found else ""


def decided_by(body: str, catalog_code: str) -> list[Implementation]:
    """Read the implementations of an item, not cancelled, that a body decides about."""
    division = identity.department(body).division
    rows = Implementation.objects.filter(catalog_code=catalog_code, division__range=regions.span(division))
    found = list(rows.exclude(state=CANCELLED).select_related("item_version").order_by("division"))
    deciders = Deciders(found[0].department_kind) if found else None
    return [one for one in found if deciders and deciders.of(one.body_kind, one.department, one.division) == body]
