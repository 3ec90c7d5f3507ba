"""
What requests and grants may do, written apart from the product: slow, simple, and without its rules.

A right is a plain dictionary. Whether one is wider than another is not reasoned about but tried: every call of a small
world is asked of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Any

Right = dict[str, Any]
PARTS = ("fields", "valid_from", "valid_to", "matters", "row_scope", "quota", "rate", "verify_only")
DIVISIONS = ("510000000000", "510100000000", "510107000000", "511602000000")
MATTERS = ("", "m1", "m2", "m3")
COUNTS = (1, 5, 6, 9, 10, 11, 10**6)
DAY = timedelta(days=1)


@dataclass
class Person:
    """A member of staff: the name, and (role, department) pairs."""

    name: str
    roles: frozenset[tuple[str, str]]

    def is_bureau(self) -> bool:
        return any(role == "data_bureau" for role, _ in self.roles)

    def acts_for(self, department: str, *roles: str) -> bool:
        return self.is_bureau() or any((role, department) in self.roles for role in roles)


@dataclass
class World:
    """Everything that was asked, decided and ended, and what day it is."""

    today: date
    providers: dict[str, str]
    items: dict[str, tuple[str, ...]]
    scoped: set[str]
    conditional: set[str]
    secret: set[str]
    bureau: str
    departments: dict[str, str]
    requests: dict[str, Right] = field(default_factory=dict)
    grants: dict[str, Right] = field(default_factory=dict)

    def may_ask(self, who: Person, right: Right) -> bool:
        department = self.departments[right["system"]]
        if (
            not who.acts_for(department, "data_officer", "integrator")
            or self.providers[right["resource"]] == department
        ):
            return False
        if not right["fields"] or any(name not in self.items[right["resource"]] for name in right["fields"]):
            return False
        if right["row_scope"] and right["resource"] not in self.scoped:
            return False
        days = (right["valid_to"] - right["valid_from"]).days
        if days < 0 or days > 3 * 366 or right["valid_to"] < self.today:
            return False
        return not right["renews"] or self._renews(right)

    def _renews(self, right: Right) -> bool:
        old = self.grants[right["renews"]]
        same = all(old[name] == right[name] for name in ("system", "resource"))
        near = self.today <= old["valid_to"] <= self.today + 30 * DAY
        follows = right["valid_from"] == old["valid_to"] + DAY
        taken = any(
            other["renews"] == right["renews"] and other["state"] in ("pending", "proposed", "granted")
            for other in self.requests.values()
        )
        return same and near and follows and not old["ended"] and not taken

    def may_decide(self, who: Person, number: str) -> bool:
        asked = self.requests[number]
        if asked["state"] not in ("pending", "proposed") or who.name in (asked["asked_by"], asked["proposed_by"]):
            return False
        mine = {department for _, department in who.roles}
        return ("data_officer", self.providers[asked["resource"]]) in who.roles and asked["department"] not in mine

    def may_give(self, number: str, given: Right | None, opinion: str) -> bool:
        asked = self.requests[number]
        if asked["renews"] and self.grants[asked["renews"]]["ended"]:
            return False
        if asked["state"] == "proposed":
            giving = asked["proposal"]
            if given is not None and any(given[part] != giving[part] for part in PARTS):
                return False
        else:
            giving = given or asked
            if any(giving[part] != asked[part] for part in PARTS) and not opinion:
                return False
        if giving["row_scope"] and asked["resource"] not in self.scoped:
            return False
        if asked["renews"] and giving["valid_from"] != asked["valid_from"]:
            return False
        gives = giving["fields"] and giving["valid_from"] <= giving["valid_to"] and giving["valid_to"] >= self.today
        return bool(gives) and not wider(giving, asked)

    def may_extend(self, who: Person, number: str) -> bool:
        asked = self.requests[number]
        source = ("data_officer", self.providers[asked["resource"]]) in who.roles
        open_ = asked["state"] in ("pending", "proposed") and not asked["extended"]
        return source and open_ and asked["resource"] in self.conditional and self.today <= asked["due_on"]

    def may_withdraw(self, who: Person, number: str) -> bool:
        asked = self.requests[number]
        open_ = asked["state"] in ("pending", "proposed")
        return open_ and who.acts_for(asked["department"], "data_officer", "integrator")

    def may_end(self, who: Person, number: str, how: str) -> bool:
        grant = self.grants[number]
        if grant["ended"]:
            return False
        if how == "revoke":
            return who.acts_for(self.providers[grant["resource"]], "data_officer")
        return who.acts_for(self.departments[grant["system"]], "data_officer", "integrator")

    def may_suspend(self, who: Person, number: str, until: date | None) -> bool:
        grant = self.grants[number]
        fits = until is None or self.today <= until <= grant["valid_to"]
        return who.is_bureau() and not grant["ended"] and fits

    def standing(self) -> set[str]:
        """Return the grants that give something today."""
        return {
            number
            for number, grant in self.grants.items()
            if not grant["ended"]
            and grant["valid_from"] <= self.today <= grant["valid_to"]
            and (grant["suspended"] is None or grant["suspended"] < self.today)
        }


def calls(*rights: Right) -> Iterator[tuple[Any, ...]]:
    """Yield every call of the small world around these rights."""
    edges = {right[name] + step * DAY for right in rights for name in ("valid_from", "valid_to") for step in (-1, 0, 1)}
    names = sorted({name for right in rights for name in right["fields"]})
    yield from product(names, sorted(edges), MATTERS, DIVISIONS, (True, False))


def lets(right: Right, call: tuple[Any, ...]) -> bool:
    """Whether a right alone lets one call through."""
    name, day, matter, division, verify = call
    here = not right["row_scope"] or division.startswith(right["row_scope"].rstrip("0"))
    about = not right["matters"] or matter in right["matters"]
    reads = verify or not right["verify_only"]
    return name in right["fields"] and right["valid_from"] <= day <= right["valid_to"] and about and here and reads


def wider(given: Right, asked: Right) -> bool:
    """Whether any call, or any number of calls, passes by `given` that would not by `asked`."""
    for name in ("quota", "rate"):
        if any(fits(given[name], count) and not fits(asked[name], count) for count in COUNTS):
            return True
    return any(lets(given, call) and not lets(asked, call) for call in calls(given, asked))


def fits(limit: int, count: int) -> bool:
    """Whether so many calls are within a limit; nought is none."""
    return limit == 0 or count <= limit
