"""
The basic catalogue and what is carried out of it where.

Codes follow the national lists (`data/code_lists.json`). `by_law` and `basis` hold article codes "<document>:<number>",
each of which `api.articles` resolves. Money is fen. Order of tuples is the catalogue's order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shudao.contexts.matters.contracts import sets
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text

NO_TEXT = Text("")


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """`amount` units; unit as national list time_unit ("1" working days … "5" years). Amount 0 = at once."""

    amount: int
    unit: str
    explain: Text = NO_TEXT
    basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """
    One paper. `need`: "1" required, "2" never asked, "3" may follow. In its stead serve an e-licence (`licence_type`),
    `resource_fields` of a `resource`, or the filled form (`from_form`). Wanted where `when_field` is in `when_values`.
    """

    code: str
    name: Text
    material_type: str
    material_format: str
    need: str
    source: str
    by_law: tuple[str, ...]
    licence_type: str = ""
    resource: str = ""
    resource_fields: tuple[str, ...] = ()
    when_field: str = ""
    when_values: tuple[str, ...] = ()
    source_explain: Text = NO_TEXT
    fill_explain: Text = NO_TEXT
    accept_stand: Text = NO_TEXT
    page_num: int = 1
    page_format: str = ""
    sample: bool = False
    from_form: bool = False
    form_guid: str = ""
    example_guid: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """One charge; `amount` is what an ordinary case pays, in fen (0 where the standard alone decides)."""

    name: Text
    standard: Text
    amount: Fen
    by_law: tuple[str, ...]
    reducible: bool = False
    reduction_basis: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Question:
    """A question people ask about the matter, and its answer."""

    question: Text
    answer: Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the process: its name, who takes it, and its working days (None: no own limit)."""

    name: Text
    who: Text = NO_TEXT
    days: int | None = None

    def said(self, language: str) -> str:
        """Return the step's name in `language`: a flow prints like a list of texts."""
        return self.name.said(language)


@dataclass(frozen=True, slots=True)
class Override:
    """Where a place differs from the basic item: the field, the place's value (its JSON form) and why."""

    field: str
    value: Any
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterFields:
    """
    What an implementation inherits from its basic item unless it says otherwise.

    `more` holds the remaining national yes/no and text fields by their national names ("is_express", …). Whose order
    says nothing (`server_type`, `themes`, `depth`, `handle_type`) is a set: see `contracts.sets`.
    """

    code: str
    name: Text
    task_type: str
    department_kind: str
    power_source: str
    audience: str  # "person" | "company" | "both"
    server_type: tuple[str, ...]
    themes: tuple[str, ...]
    events: tuple[str, ...]
    hot: bool
    project_type: str  # "1" instant, "2" promised
    legal: TimeLimit
    promised: TimeLimit
    visits: int
    visits_reason: Text
    tier: int  # 1–4
    depth: tuple[str, ...]
    handle_type: tuple[str, ...]
    handle_area: str
    fees: tuple[Fee, ...]
    is_pay_online: bool
    result_type: str
    result_name: Text
    result_licence_type: str
    result_fields: Mapping[str, str]  # licence field → "form.x" | "person.name" | "case.decided_on" | "=literal"
    by_law: tuple[str, ...]
    conditions: Text
    flow: tuple[Step, ...]
    form_code: str
    form_version: int
    materials: tuple[Material, ...]
    questions: tuple[Question, ...]
    more: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Bring the sets into their one order."""
        for name in ("server_type", "themes", "depth", "handle_type"):
            object.__setattr__(self, name, sets.of(getattr(self, name)))

    @property
    def online(self) -> bool:
        """Whether it can be applied for on line (tier Ⅲ or Ⅳ)."""
        return self.tier >= 3

    @property
    def cited(self) -> frozenset[str]:
        """The codes of all articles that the matter cites anywhere: its basis, limits, materials and fees."""
        materials = (code for one in self.materials for code in one.by_law)
        fees = (code for one in self.fees for code in one.by_law)
        return frozenset({*self.by_law, *self.legal.basis, *self.promised.basis, *materials, *fees})

    def is_yes(self, name: str) -> bool:
        """Return the national yes/no field `name` ("is_express"); what nobody said is no."""
        return bool(self.more.get(name, False))


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicItem(MatterFields):
    """The province's standard of one matter. `levels`: use_level codes ("3" prefecture … "6" village) that offer it."""

    catalog_code: str
    levels: tuple[str, ...]
    version: int = 0

    def __post_init__(self) -> None:
        """Bring the sets into their one order."""
        MatterFields.__post_init__(self)
        object.__setattr__(self, "levels", sets.of(self.levels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation(MatterFields):
    """
    One matter as one body offers it in one division.

    `version` counts this implementation's own versions, `item_version` the basic item's that it inherits from.
    `department_kind` is the business line; `body_kind` the kind of the body that acts (a village committee may act for
    a county department, whose name is then in `entrusted_by`). Place fields come from the division's service point.
    """

    task_code: str
    catalog_code: str
    version: int
    item_version: int
    state: str  # "1" in use, "2" suspended, "3" cancelled
    division: str
    division_name: Text
    use_level: str
    department: str
    department_name: Text
    body_kind: str
    entrusted_by: Text
    place_name: Text
    place: Text
    open_hours: Text
    phone: str
    complaint_phone: str
    overrides: tuple[Override, ...]

    @property
    def handle_item(self) -> str:
        """The handling item's code: every implementation has one, number 01."""
        return self.task_code + "01"
