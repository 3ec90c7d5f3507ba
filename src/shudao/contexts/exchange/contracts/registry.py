"""Systems and the catalogue of data resources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shudao.kernel.texts import Text

INSTANCE = "SHUDAO"


MEMBER_CLASS = "GOV"


ONE_WINDOW = "one-window"

# The first digit of a catalogue code and the class that it stands for (类).
CLASS_KINDS = {
    "1": Text("基础信息资源", "Basic resources"),
    "2": Text("主题信息资源", "Subject resources"),
    "3": Text("部门信息资源", "Departmental resources"),
}
# The duty of a system's owner whose last key ends.
KEY_DUTY = "exchange.key_ends"

_NOTHING = Text("")


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


class SystemState(StrEnum):
    """Whether a system may call: yes; not for now, for a reason; never again."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class ResourceState(StrEnum):
    """Whether a resource answers: yes; not for now, for a reason; never again."""

    PUBLISHED = "published"
    SUSPENDED = "suspended"
    RETIRED = "retired"


class ShareMode(StrEnum):
    """How a resource is handed over (共享方式). Calls now; tables and files later, under the same grants."""

    INTERFACE = "interface"
    TABLE = "table"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for a system: an office with its telephone and mailbox, never a private person's."""

    name: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class SystemKey:
    """A system's public key: it holds from `valid_from` until before `valid_to`; `revoked_at` where it ended early."""

    id: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None = None
    revoked_why: str = ""


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
        contact: The office that answers for it.
        state: Active, suspended or retired; the last two leave the gateway's snapshot at once.
        state_why: Why it is suspended or retired; "" for an active one.
        keys_end: When the last of its unrevoked keys ends; None where it has none.
    """

    client: str
    name: Text
    department: str
    active: bool
    keys: tuple[str, ...] = ()
    contact: Contact = Contact()
    state: SystemState = SystemState.ACTIVE
    state_why: str = ""
    keys_end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """
    One information item of a resource (信息项).

    Args:
        name: The field a caller gets.
        title: What people call it.
        kind: Type of its values: "text", "date", "integer" …
        sensitivity: 1 (lowest) to 4 (highest).
        length: Longest value in characters; 0 where none is stated.
        personal: Whether it tells something about a person.
    """

    name: str
    title: Text
    kind: str
    sensitivity: int
    length: int = 0
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One thing that a department's own service answers: "GET", "/persons/{id}"; `{…}` is any one part of a path."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Upstream:
    """
    The department's own HTTP service that answers for a resource.

    Args:
        url: Its origin, and the path before every endpoint's: "https://data.example:8443/api". Plain http only to a
            loopback address; no user, query or fragment in it.
        endpoints: What may be asked: 1 to 50; everything else is refused.
        timeout_ms: Milliseconds from the whole question to the head of the answer, 100 to 60 000.
        max_body: Bytes of a question's body, and of an answer's: at most 64 MiB.
        parallel: Calls at once, 1 to 256; the next is refused at once.
    """

    url: str
    endpoints: tuple[Endpoint, ...]
    timeout_ms: int = 3000
    max_body: int = 1_048_576
    parallel: int = 16


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
        dataset: Dataset of the pool that answers; "" where an upstream does.
        sensitivity: Highest sensitivity of its items.
        subject: What it is asked by: "person" or "company".
        published_on: Local day on which it entered the catalogue.
        row_field: The column with a division code by which rows can be limited; "" where there is none.
        upstream: The department's own service that answers; None where a dataset does: exactly one of the two.
        share_mode: How it is handed over.
        opened: Whether it is open to the public (开放属性).
        open_condition: For an open resource, the terms; else empty.
        related: Codes of resources that belong with it (关联资源代码).
        state: Published, suspended or retired; only a published one answers.
        state_why: Why it is suspended or retired.
        version: 1 for the first entry, one more with each change.
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
    upstream: Upstream | None = None
    share_mode: ShareMode = ShareMode.INTERFACE
    opened: bool = False
    open_condition: Text = _NOTHING
    related: tuple[str, ...] = ()
    state: ResourceState = ResourceState.PUBLISHED
    state_why: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class ResourceVersion:
    """One state of a catalogue entry: the whole entry as it was from `changed_at` on, by whom and why."""

    resource: Resource
    changed_at: datetime | None
    changed_by: str
    reason: str


class CatalogueFormat(StrEnum):
    """What the catalogue is written as for other catalogues (DCAT-AP 3)."""

    TURTLE = "ttl"
    JSON_LD = "jsonld"


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two states of an entry: `field` of `Resource`, or "items.<name>"; None: not there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Looked:
    """
    What is looked for in the catalogue; what is empty or None does not narrow.

    Args:
        text: Words, Chinese or English, that names, items, classes, provider or codes must hold, each of them.
        provider: Credit code.
        class_code: First digits of the catalogue code: 1 for a class, 3 for its division, 6 for the section.
        share_type: How it is shared.
        state: Published unless told otherwise; None for all.
        late: Only entries whose data are older than their cycle.
        sort: "code", "name", "provider", "share" or "published", with "-" in front downwards.
    """

    text: str = ""
    provider: str = ""
    class_code: str = ""
    share_type: ShareType | None = None
    state: ResourceState | None = ResourceState.PUBLISHED
    late: bool = False
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """
    An entry as lists show it.

    Args:
        resource: The entry.
        changed_at: When it was last changed; None where it never was since it was entered.
        updated_at: When the linked dataset's current snapshot was made; None where there is none, or a service answers.
        late: Whether the data are older than the entry's cycle.
    """

    resource: Resource
    changed_at: datetime | None
    updated_at: datetime | None
    late: bool
