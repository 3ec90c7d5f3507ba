"""
What the room of matters hands out, and its refusals.

Codes follow the national lists (`data/code_lists.json`). `by_law` and `basis` hold article codes "<document>:<number>",
each of which `api.articles` resolves. Money is fen. Order of tuples is the catalogue's order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shudao.kernel.errors import Invalid, NotFound, ShudaoError
from shudao.kernel.money import Fen
from shudao.kernel.texts import Text

NO_TEXT = Text("")


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a legal document. `verified`: read in a source; else from memory, and pages say so."""

    code: str
    document_code: str
    document: Text
    document_number: str
    kind: str
    number: str
    title: Text
    says: Text
    verified: bool


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

    `more` holds the remaining national yes/no and text fields by their national names ("is_express", …).
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


@dataclass(frozen=True, slots=True)
class MatterRow:
    """What a list shows of an implementation. `below` rows (asked for with below=True) have no task_code."""

    task_code: str
    catalog_code: str
    code: str
    name: Text
    division: str
    use_level: str
    department: str
    department_name: Text
    department_kind: str
    task_type: str
    project_type: str
    audience: str
    themes: tuple[str, ...]
    events: tuple[str, ...]
    tier: int
    visits: int
    legal: TimeLimit
    promised: TimeLimit
    hot: bool
    state: str


@dataclass(frozen=True, slots=True)
class OnlineRow:
    """What the assessment reads of an implementation on application that is in use. Limits in their own units."""

    task_code: str
    catalog_code: str
    division: str
    department: str
    department_kind: str
    use_level: str
    task_type: str
    project_type: str
    state: str
    tier: int
    visits: int
    legal: TimeLimit
    promised: TimeLimit


@dataclass(frozen=True, slots=True)
class Offering:
    """A department and how many matters it offers to people of a division."""

    department: str
    department_name: Text
    department_kind: str
    matters: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A value and what people call it."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class FormField:
    """
    One field of a form, ready to be drawn.

    `kind`: text | long | number | integer | yes-no | date | choice | choices | phone | resident-id | uscc | email |
    list. A list has `fields` (its columns) and at most `most` rows. `prefill` names a source ("person.name").
    """

    name: str
    title: Text
    hint: Text
    kind: str
    required: bool
    choices: tuple[Choice, ...] = ()
    prefill: str = ""
    least: float | None = None
    most: float | None = None
    longest: int | None = None
    fields: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class FormGroup:
    """Fields that stand together under one heading; forms without groups have one with an empty title."""

    key: str
    title: Text
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its JSON Schema 2020-12 and the same as a layout in display order."""

    code: str
    version: int
    title: Text
    schema: Mapping[str, Any]
    layout: tuple[FormGroup, ...]

    @property
    def fields(self) -> tuple[FormField, ...]:
        """All fields in display order."""
        return tuple(one for group in self.layout for one in group.fields)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that content breaks: the rule's number, where (file:line), and what is wrong (Chinese)."""

    rule: str
    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did. `unchanged` implementations kept their version."""

    documents: int
    articles: int
    forms: int
    items: int
    new_item_versions: int
    implementations: int
    new: int
    changed: int
    unchanged: int
    cancelled: int


class MatterNotFound(NotFound):
    """No such matter, version, form or article."""

    code = "matters.not_found"
    says = "没有找到这个事项。"
    advice = "请核对事项编码，或回到事项列表重新查找。"


class MatterNotOffered(ShudaoError):
    """Neither this division nor one above it offers the matter."""

    code = "matters.not_offered"
    status = 409
    says = "您选择的地区不办理这个事项。"
    advice = "请换一个地区，或查看本地区可以办理的事项。"


class FormInvalid(Invalid):
    """A filled form that breaks its schema; `fields` maps the field's path ("children.0.name") to a sentence."""

    code = "matters.form_invalid"
    says = "表单中有内容需要修改。"
    advice = "请按每一项旁边的提示修改后再提交。"


class ContentRefused(ShudaoError):
    """Content that breaks the rules of the library; nothing of it was written."""

    code = "matters.content_refused"
    status = 422
    says = "事项库内容不符合规则，没有写入：{summary}"
    advice = "请按列出的文件和行号修改后重新载入。"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        shown = "; ".join(f"{one.where} [{one.rule}] {one.says}" for one in findings[:20])
        super().__init__(summary=shown, count=len(findings))


class CodeInvalid(ShudaoError):
    """A catalogue, implementation or handling-item code that is not built as the standard says."""

    code = "matters.code_invalid"
    status = 422
    says = "事项编码不符合编码规则。"
    advice = "基本编码 12 位，实施编码 31 位，业务办理项编码 33 位。"
