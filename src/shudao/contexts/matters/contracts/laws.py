"""The registry of legal sources, and what rests on an article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.kernel.texts import Text

_NO_TEXT = Text("")
# Kinds of duty: revise an item, or what a body added itself, after the law changed.
REVISE = "matters.revise"
REVISE_OWN = "matters.revise_own"


class LawStatus(StrEnum):
    """Whether a source holds: as issued, in amended words, or no longer."""

    IN_FORCE = "in_force"
    AMENDED = "amended"
    REPEALED = "repealed"


class LawChangeKind(StrEnum):
    """What happens to an article."""

    AMEND = "amend"
    REPEAL = "repeal"


class LawChangeState(StrEnum):
    """PROPOSED by one officer; CONFIRMED or REFUSED by another; APPLIED from its day on; or WITHDRAWN by the first."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class DocumentDays:
    """The local days of a document: issued, in force, last amended, repealed. None where nobody has entered one."""

    issued: date | None = None
    in_force: date | None = None
    amended: date | None = None
    repealed: date | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """
    One article of a legal document as it reads today. `says` is in our own words.

    `verified`: read in a source; else from memory, and pages say so. `version` counts its readings.
    """

    code: str
    document_code: str
    document: Text
    document_number: str
    kind: str
    number: str
    title: Text
    says: Text
    verified: bool
    status: LawStatus = LawStatus.IN_FORCE
    version: int = 1
    amended_on: date | None = None
    repealed_on: date | None = None
    days: DocumentDays = DocumentDays()


@dataclass(frozen=True, slots=True)
class Document:
    """A law, regulation, rule, local regulation or normative document, and how many articles of it are registered."""

    code: str
    title: Text
    number: str
    kind: str
    status: LawStatus
    days: DocumentDays
    articles: int = 0
    cited_by: int = 0  # basic items whose accepted version cites one of its articles


class DocumentOrder(StrEnum):
    """How the registry is sorted."""

    TITLE = "title"
    LATEST = "-in_force"
    MOST_CITED = "-cited"


@dataclass(frozen=True, slots=True)
class Reading:
    """How an article read in one version; `until` is when it was superseded, None for the present one."""

    version: int
    title: Text
    says: Text
    status: LawStatus
    until: datetime | None


@dataclass(frozen=True, slots=True)
class LawChange:
    """
    An amendment or repeal. `act` names the act that makes it, `effective_on` is the first local day it holds.

    `title` and `says` are the new words of an amendment. People are public account ids.
    """

    number: str
    article: str
    kind: LawChangeKind
    state: LawChangeState
    act: str
    effective_on: date
    title: Text
    says: Text
    reason: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    decided_why: str


@dataclass(frozen=True, slots=True)
class WantedChange:
    """What an officer enters: see `LawChange`. An amendment has words, a repeal none."""

    article: str
    kind: LawChangeKind
    act: str
    effective_on: date
    reason: str
    title: Text = _NO_TEXT
    says: Text = _NO_TEXT


@dataclass(frozen=True, slots=True)
class Cited:
    """One place that cites an article: "matter", "legal", "promised", "material" or "fee"; `part` is which of them."""

    place: str
    part: str = ""
    name: Text = _NO_TEXT


@dataclass(frozen=True, slots=True)
class CitingItem:
    """
    A basic item whose accepted version cites the article, or some of whose implementations do.

    `department` answers for the item: its credit code. `places` are those of the accepted version, none where only
    implementations cite: by a former version, or by what a place added. `implementations` cite it in some place, not
    cancelled.
    """

    catalog_code: str
    code: str
    name: Text
    department_kind: str
    department: str
    version: int
    places: tuple[Cited, ...]
    implementations: int


@dataclass(frozen=True, slots=True)
class DivisionCount:
    """How many implementations inside a division cite an article."""

    division: str
    name: Text
    implementations: int


@dataclass(frozen=True, slots=True)
class Impact:
    """
    All that rests on an article. `divisions` splits `implementations` among the children of `division`, itself first.

    `rules` are the library's own rules (rules/consistency.py) that rest on it.
    """

    article: str
    division: str
    items: tuple[CitingItem, ...]
    implementations: int
    divisions: tuple[DivisionCount, ...]
    rules: tuple[str, ...]
