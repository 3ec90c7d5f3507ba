"""The life of a basic item, and what each body makes of a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shudao.contexts.matters.contracts.items import BasicItem
from shudao.kernel.texts import Text

# Kind of duty: a body answers to a new version.
ADOPT = "matters.adopt"
IN_USE, SUSPENDED, CANCELLED = "1", "2", "3"


class RevisionState(StrEnum):
    """DRAFT: being written. REVIEW: with somebody else. SCHEDULED: approved for a day. PUBLISHED. WITHDRAWN."""

    DRAFT = "draft"
    REVIEW = "review"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class AdoptionState(StrEnum):
    """OPEN: owed. ACCEPTED as it is. DIFFERING: accepted with differences. SUPERSEDED by a later version."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DIFFERING = "differing"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Revision:
    """
    A basic item as somebody wants it to be.

    `base_version` is the version it was begun from, 0 for a new item. People are public account ids. `effective_on`
    is the local day it was approved for, `published_version` what it became.
    """

    number: str
    catalog_code: str
    name: Text
    department_kind: str
    base_version: int
    item: BasicItem
    state: RevisionState
    note: str
    author: str
    changed_at: datetime
    submitted_by: str
    submitted_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None
    review_note: str
    effective_on: date | None
    published_version: int | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a basic item: its number, when it was accepted, and the revision that it came from ("" a load)."""

    number: int
    accepted_at: datetime
    revision: str


@dataclass(frozen=True, slots=True)
class ItemLife:
    """How a basic item stands ("1" in use, "2" suspended, "3" cancelled), its versions, newest first."""

    catalog_code: str
    state: str
    version: int
    versions: tuple[VersionRow, ...]
    under_way: str  # number of the open revision, "" for none
    behind: int  # implementations that are not yet on the accepted version, cancelled ones aside


@dataclass(frozen=True, slots=True)
class Adoption:
    """
    What one body owes to a new version of an item.

    `body` decides for `implementations`: its own, and those that townships and villages carry out for it. `duty` is
    the duty's number, `reason` why it differs.
    """

    number: str
    catalog_code: str
    name: Text
    version: int
    body: str
    division: str
    implementations: int
    due_on: date
    duty: str
    state: AdoptionState
    reason: Text
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Differing:
    """What a body sets for itself: field → value in its JSON form (fields of rules/inherit.py), and why."""

    fields: Mapping[str, Any]
    reason: Text


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field in which two versions differ. `part` names the material, fee or question, "" for the matter itself."""

    field: str
    title: Text
    part: Text
    before: Text
    after: Text
