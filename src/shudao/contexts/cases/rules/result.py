"""What stands on the licence that a decision issues: its fields, filled from the case by the matter's own mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIELD_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Given:
    """
    Everything a field may be filled from.

    `form` maps a field's path to what it says in words; `person`, `company` and `case` map their own words
    ("name", "decided_on"); `facts` maps "<source>.<field>" to what a source of materials answered.
    """

    form: Mapping[str, str]
    person: Mapping[str, str]
    company: Mapping[str, str]
    case: Mapping[str, str]
    facts: Mapping[str, str]


def fill(mapping: Mapping[str, str], given: Given) -> dict[str, str]:
    """
    Return licence field → value.

    Args:
        mapping: Licence field → source: "form.<field>", "person.name", "company.name", "case.decided_on",
            "<material source>.<field>", or "=" and the value itself. Several sources stand in order, separated by "|":
            the first that has a value counts.

    Returns:
        Fields that have a value, at most 200 characters each; the others are left out.
    """
    found = {name: _first(source, given)[:FIELD_LIMIT] for name, source in mapping.items()}
    return {name: value for name, value in found.items() if value}


def _first(source: str, given: Given) -> str:
    if source.startswith("="):
        return source[1:]
    for one in source.split("|"):
        value = _value(one.strip(), given)
        if value:
            return value
    return ""


def _value(source: str, given: Given) -> str:
    room, _, name = source.partition(".")
    known = {"form": given.form, "person": given.person, "company": given.company, "case": given.case}
    if room in known:
        return known[room].get(name, "")
    return given.facts.get(source, "")
