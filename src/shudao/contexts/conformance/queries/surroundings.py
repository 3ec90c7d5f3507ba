"""What rows are held against: bodies and who answers above them, the state of items, law, licences and resources."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from shudao.contexts.conformance.contracts.rules import Known
from shudao.contexts.conformance.rules.standing import Around, Body
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.registry import ResourceState
from shudao.contexts.licences import api as licences
from shudao.contexts.matters import api as matters
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Department
from shudao.foundation.regions import api as regions

BUREAU = "sj"


class Bodies:
    """The registered bodies that a check needs: all of them, or those of some rows."""

    def __init__(self, found: Iterable[Department], *, whole: bool) -> None:
        self._whole = whole
        self.by_code = {one.code: one for one in found}
        self._by_place = {(one.kind, one.division): one.code for one in self.by_code.values()} if whole else {}
        self._above: dict[tuple[str, str], str] = {}

    @classmethod
    def all(cls) -> Bodies:
        """Every body of the province."""
        return cls(identity.departments(), whole=True)

    @classmethod
    def of(cls, codes: Iterable[str]) -> Bodies:
        """Those with these credit codes, as far as they are registered."""
        return cls(identity.find_departments(codes).values(), whole=False)

    def of_kind(self, kind: str, level: int) -> list[Department]:
        """Every registered body of a kind at a level of divisions, 1 province … 5 village."""
        if not self._whole:
            return identity.departments(kind=kind, level=level)
        return self._by_kind.get((kind, level), [])

    @cached_property
    def _by_kind(self) -> dict[tuple[str, int], list[Department]]:
        found: dict[tuple[str, int], list[Department]] = {}
        for one in self.by_code.values():
            found.setdefault((one.kind, one.level), []).append(one)
        return found

    def owner(self, kind: str, division: str) -> str:
        """Credit code of the body of a kind that answers for a division: its own, the nearest above, the bureau."""
        key = kind, division
        if key not in self._above:
            self._above[key] = self._nearest(kind, division) or self.bureau
        return self._above[key]

    def _nearest(self, kind: str, division: str) -> str:
        if not self._whole:
            found = identity.responsible(kind, division)
            return found.code if found else ""
        codes = (self._by_place.get((kind, code), "") for code in reversed(regions.chain(division)))
        return next(filter(None, codes), "")

    @cached_property
    def bureau(self) -> str:
        """The province's data bureau: who answers where nobody else does."""
        return identity.department_code(BUREAU, province())


def province() -> str:
    """The code of the province."""
    return regions.roots()[0].code


def around(bodies: Bodies) -> Around:
    """Bodies and the states of basic items, for the rules."""
    known = {one.code: Body(one.division, one.kind, one.level) for one in bodies.by_code.values()}
    return Around(known, matters.item_states())


def known() -> Known:
    """The articles in force, and the papers that a licence type or a published resource replaces."""
    obtainable = {one.name.zh: f"licence:{one.code}" for one in licences.types()}
    shared = _shared(matters.newest_version())
    for code, resource in exchange.find_resources(sorted(shared)).items():
        if resource.state is ResourceState.PUBLISHED:
            obtainable.setdefault(shared[code], f"resource:{code}")
    return Known(matters.articles_in_force(), obtainable)


@lru_cache(maxsize=1)
def _shared(version: int) -> dict[str, str]:
    """What papers are called that resources replace somewhere in the catalogue; read anew with each new version."""
    return {one.resource: one.name.zh for item in matters.basic_items() for one in item.materials if one.resource}
