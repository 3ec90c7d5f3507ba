"""What a rule is, and what breaking one looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shudao.contexts.matters.contracts import BasicItem, Broken, Override
from shudao.kernel.texts import Text


class Severity(StrEnum):
    """How bad it is; `WORKDAYS` says how long a department has to put it right."""

    SERIOUS = "serious"
    ORDINARY = "ordinary"
    MINOR = "minor"


# Working days to put a finding right (M: no national figure was found).
WORKDAYS = {Severity.SERIOUS: 10, Severity.ORDINARY: 20, Severity.MINOR: 40}


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One rule of conformance.

    `code` is stable. `compares` says what is held against what, `todo` what to do about a finding. `number` is the
    national rule it stands for ("1"–"11"; "0" form and value lists), "" for those of our own.
    """

    code: str
    name: Text
    severity: Severity
    compares: Text
    todo: Text
    number: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """
    One rule that is broken in one place.

    `field` is the matter's field, `part` the material or fee within it. `expected` and `found` are both values as JSON
    text, "" where there is none. `detail` is a Chinese sentence where the rule has one.
    """

    rule: str
    field: str
    part: str = ""
    expected: str = ""
    found: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """
    What else the rules look at.

    `articles`: codes of articles that are in force. `obtainable`: Chinese name of a paper → what replaces it
    ("licence:<type>" or "resource:<code>"), for papers that nobody need hand in.
    """

    articles: frozenset[str] = frozenset()
    obtainable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """
    A place's version of a basic item beside its standard.

    `locked` are overrides of fields that no place may set (taken over into `local` all the same), `unreadable` those
    that could not be. `broken` is what `local` breaks of the matter library's rules.
    """

    standard: BasicItem
    local: BasicItem
    broken: tuple[Broken, ...] = ()
    locked: tuple[Override, ...] = ()
    unreadable: tuple[Override, ...] = ()
    emptied: tuple[str, ...] = ()
    known: Known = field(default_factory=Known)
