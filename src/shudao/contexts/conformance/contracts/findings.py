"""Findings, exceptions and checks as others see them, and the refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shudao.contexts.conformance.contracts.rules import Rule, Severity
from shudao.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from shudao.kernel.texts import Text

FINDING_DUTY = "conformance.finding"
LONGEST_EXEMPTION = 730


class FindingState(StrEnum):
    """OPEN: to be put right. EXEMPT: it may stand until a day. CLOSED: a re-check passed."""

    OPEN = "open"
    EXEMPT = "exempt"
    CLOSED = "closed"


class ExemptionState(StrEnum):
    """Where a wish for an exception stands."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One finding.

    `subject`: the implementation's code, the basic item's where the standard itself is wrong, "<body>:<item>" where an
    implementation is missing (`task_code` is then empty). `owner`: credit code of the department that puts it right;
    `duty` its number. `expected` and `found`: both values as JSON text. `evidence`: versions, the place's reason and
    the rule's sentence.
    """

    number: str
    rule: Rule
    severity: Severity
    field: str
    part: str
    subject: str
    task_code: str
    catalog_code: str
    name: Text
    division: str
    use_level: str
    department: str
    department_name: Text
    department_kind: str
    owner: str
    expected: str
    found: str
    evidence: Mapping[str, Any]
    state: FindingState
    duty: str
    opened_at: datetime
    due_on: date
    exempt_until: date | None
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Exemption:
    """A wish that a finding may stand until a day; `basis`: codes of the articles that allow it."""

    number: str
    finding: str
    reason: str
    basis: tuple[str, ...]
    until: date
    state: ExemptionState
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    opinion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list of findings is narrowed to; "" leaves a part open. `below`: a division and all below it."""

    rule: str = ""
    below: str = ""
    department: str = ""
    department_kind: str = ""
    severity: str = ""
    state: str = ""
    catalog_code: str = ""
    subject: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """
    What a check saw and did.

    `implementations` were looked at; `findings` stand afterwards in what was looked at, exempt ones included; `opened`
    and `closed` by this check; `by_rule` counts those that stand. `silent`: bodies that implement nothing at all.
    """

    implementations: int
    findings: int
    opened: int
    closed: int
    silent: int
    by_rule: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rate:
    """
    How much is in order: of `implementations` that are there or ought to be, `deviating` have an open finding.

    `key` is a rule's code, a division's, or a kind of body.
    """

    key: str
    implementations: int
    deviating: int

    @property
    def share(self) -> float | None:
        """The share in order, 0–1; None where there is nothing to be in order."""
        return 1 - self.deviating / self.implementations if self.implementations else None


@dataclass(frozen=True, slots=True)
class Run:
    """One check of the whole province."""

    began_at: datetime
    seconds: float
    implementations: int
    findings: int
    opened: int
    closed: int


class FindingUnknown(NotFound):
    """No finding has this number."""

    code = "conformance.finding_unknown"


class FindingNotOpen(Conflict):
    """It is closed or exempt already, or somebody has asked before."""

    code = "conformance.finding_not_open"
    says = "这个问题已经办结、已有例外或者正在申请例外。"
    advice = "请刷新页面查看最新状态。"


class ExemptionInvalid(Invalid):
    """What was asked for or decided lacks a part; `fields` says which."""

    code = "conformance.exemption_invalid"


class ExemptionSettled(Conflict):
    """It was decided before."""

    code = "conformance.exemption_settled"
    says = "这项例外申请已经审定。"
    advice = "请刷新页面查看结果。"


class OwnExemption(Forbidden):
    """Nobody decides about what they or their own department asked for."""

    code = "conformance.own_exemption"
    says = "不能审定自己或者本部门申请的例外。"
    advice = "请由数据主管部门的另一位人员审定。"
