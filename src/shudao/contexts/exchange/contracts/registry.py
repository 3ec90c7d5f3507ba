"""Systems and the catalogue of data resources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shudao.kernel.texts import Text

INSTANCE = "SHUDAO"


MEMBER_CLASS = "GOV"


ONE_WINDOW = "one-window"


class ShareType(StrEnum):
    """How a resource is shared (national value list)."""

    UNCONDITIONAL = "1"
    CONDITIONAL = "2"
    REFUSED = "3"


class Cycle(StrEnum):
    """How often a resource is updated."""

    REAL_TIME = "1"
    DAY = "2"
    WEEK = "3"
    MONTH = "4"
    QUARTER = "5"
    YEAR = "6"
    ON_DEMAND = "7"


@dataclass(frozen=True, slots=True)
class System:
    """
    A department's system that calls or answers.

    Args:
        client: Its X-Road client id, "SHUDAO/GOV/<department's credit code>/<subsystem>".
        name: Name people read.
        department: The department's credit code.
        active: Whether it may call.
        keys: Ids of its public keys that are valid now.
    """

    client: str
    name: Text
    department: str
    active: bool
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One information item of a resource: `name` is the field a caller gets; `sensitivity` 1–4."""

    name: str
    title: Text
    kind: str
    sensitivity: int


@dataclass(frozen=True, slots=True)
class Resource:
    """
    A data resource as the catalogue describes it.

    Args:
        code: Stable resource code, e.g. "sjzy-marriage-status".
        catalogue_code: Class 1 digit, item 2, object 3, detail, serial (facts of DB51/T 2847).
        name: Name people read.
        abstract: What it holds.
        provider: Credit code of the source department.
        classes: Class path, top first (类/项/目/细目).
        format: Kind of resource ("table", "interface", "file").
        items: In order.
        share_type: Unconditional, conditional or refused.
        condition: For conditional sharing, the condition.
        basis: For refusal, the legal basis.
        cycle: Update cycle.
        matters: Basic item codes (12 digits) that may use it.
        dataset: Dataset of the pool that answers.
        sensitivity: Highest sensitivity of its items.
        subject: What it is asked by: "person" or "company".
        published_on: Local day on which it entered the catalogue.
        row_field: The column with a division code by which rows can be limited; "" where there is none.
    """

    code: str
    catalogue_code: str
    name: Text
    abstract: Text
    provider: str
    classes: tuple[Text, ...]
    format: str
    items: tuple[Item, ...]
    share_type: ShareType
    condition: Text
    basis: Text
    cycle: Cycle
    matters: tuple[str, ...]
    dataset: str
    sensitivity: int
    subject: str
    published_on: date
    row_field: str = ""
