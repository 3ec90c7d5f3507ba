"""Corrections, disputes, and the questions of those whose data were used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.contexts.exchange.contracts.evidence import LedgerLine
from shudao.kernel.errors import Conflict, Forbidden, Invalid, NotFound

CORRECTION_DUTY = "exchange.correction"
DISPUTE_DUTY = "exchange.dispute"
UPHELD_DUTY = "exchange.upheld"
QUESTION_DUTY = "exchange.question"
# Duties that an answer closes, never a hand.
WISH_DUTY, ENTRY_DUTY = "exchange.wish", "exchange.wish_entry"
CLOSED_BY_ANSWER = frozenset({CORRECTION_DUTY, DISPUTE_DUTY, UPHELD_DUTY, QUESTION_DUTY, WISH_DUTY, ENTRY_DUTY})


class CorrectionState(StrEnum):
    """Where a correction stands."""

    OPEN = "open"
    CORRECTED = "corrected"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What the source department may answer: it is right now, it was right before, or it is another's data."""

    CORRECTED = "corrected"
    REFUSED = "refused"
    FORWARDED = "forwarded"


class DisputeState(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    SETTLED = "settled"


class About(StrEnum):
    """What a dispute is about."""

    REQUEST = "request"
    CORRECTION = "correction"


class Tone(StrEnum):
    """What a person says to a use of their data: they ask, or they object."""

    QUESTION = "question"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said to be wrong. Personal data: it lies sealed and is opened for a reason."""

    identifier: str
    wrong: str
    right: str
    why: str


@dataclass(frozen=True, slots=True)
class Hop:
    """A correction sent on: from and to which department (credit codes), when, and why."""

    sender: str
    receiver: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Correction:
    """
    One field of one subject that is said to be wrong.

    Args:
        number: Public number.
        resource: Resource code.
        field: The item.
        subject: Keyed hash of the subject, hex.
        department: Credit code of the reporting department; "" where the subject reports.
        person: Person key of the reporting citizen; "" where a department reports.
        reported_by: Account.
        reported_at: Instant.
        source: Credit code of the department that owes the answer.
        state: Where it stands.
        due_on: Last local day for the answer.
        duty: Number of the duty.
        since: Local day from which on the field is said to be wrong; None for ever.
        evidence: Digest of the file that shows it, "" for none; `evidence_name` its name.
        path: How it was sent on.
        decided_by: Account of the decider.
        decided_at: Instant.
        opinion: What the source says.
        basis: Legal basis; a refusal has one.
        snapshot: Number of the dataset's snapshot in which the field is right; 0 without one.
        ordered_by: Number of the dispute that reopened it.
        on_behalf: Number of the relation by which the person reports for a company or a child; "" for themself.
    """

    number: str
    resource: str
    field: str
    subject: str
    department: str
    person: str
    reported_by: str
    reported_at: datetime
    source: str
    state: CorrectionState
    due_on: date
    duty: str
    since: date | None = None
    evidence: str = ""
    evidence_name: str = ""
    path: tuple[Hop, ...] = ()
    decided_by: str = ""
    decided_at: datetime | None = None
    opinion: str = ""
    basis: str = ""
    snapshot: int = 0
    ordered_by: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """
    A refusal that the asker brought before the data bureau.

    `subject` is the number of the request or correction that was refused; `department` or `person` who was refused,
    `source` who refused, `bureau` who decides. `follow_up` is the request that an upheld dispute opened anew.
    """

    number: str
    about: About
    subject: str
    department: str
    person: str
    source: str
    bureau: str
    raised_by: str
    raised_at: datetime
    state: DisputeState
    due_on: date
    duty: str
    decided_by: str = ""
    decided_at: datetime | None = None
    opinion: str = ""
    basis: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person said to one use of their data, and what the department answered; both texts are personal."""

    number: str
    entry: str
    tone: Tone
    person: str
    resource: str
    department: str
    asked_at: datetime
    due_on: date
    text: str
    answered_at: datetime | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Delay:
    """That a grant's calls are shown to those concerned only from a local day on, and on which legal basis."""

    grant: str
    until: date
    basis: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class DataUse:
    """
    One use of somebody's data that may be shown to them.

    `department` is the credit code of the system's department, "" where the system is unknown by now. `verified` says
    that fields were only compared with what the caller stated. `questions` are the person's own, oldest first. The
    officer's account that the ledger holds is not shown.
    """

    line: LedgerLine
    department: str
    verified: bool
    questions: tuple[Question, ...] = ()


class NeverReceived(Invalid):
    """The ledger knows no answer by which the department got this field of this subject."""

    code = "exchange.never_received"
    says = "台账中没有本部门取得该项数据的记录，不能提出异议。"
    advice = "请核对身份证号码（统一社会信用代码）、数据资源和信息项。"


class CorrectionOpen(Conflict):
    """The same reporter has asked the same already and waits for an answer."""

    code = "exchange.correction_open"
    says = "该信息项的异议正在核实：{number}。"
    advice = "请等待数源部门答复。"


class StillWrong(Invalid):
    """The pool does not hold the value that is said to be right."""

    code = "exchange.still_wrong"
    says = "数据集里该信息项还不是更正后的值。"
    advice = "请先报送或修复数据，再答复“已更正”。"


class TooLate(Conflict):
    """The days in which a refusal can be disputed are over."""

    code = "exchange.dispute_too_late"
    says = "答复已超过30日，不能再提出争议协调。"
    advice = "可以重新提出申请或异议。"


class NotRefused(Conflict):
    """Only a refusal can be disputed, and once."""

    code = "exchange.not_refused"
    says = "只有未获同意的申请或异议可以提出争议协调，且只能提出一次。"
    advice = "请查看该申请或异议的最新状态。"


class NoArbiter(Conflict):
    """No data bureau stands above both parties."""

    code = "exchange.no_arbiter"
    says = "没有与双方都无关的数据主管部门可以协调。"
    advice = "请向本级人民政府办公厅书面提出。"


class Partial(Forbidden):
    """Who decides a dispute belongs to neither side."""

    code = "exchange.partial"
    says = "提出方或被提出方的人员不能裁决该争议。"
    advice = "请由数据主管部门中与双方无关的人员裁决。"


class AlreadyAnswered(Conflict):
    """Somebody answered before."""

    code = "exchange.already_answered"
    says = "{number} 已经有了答复。"
    advice = "请刷新页面查看结果。"


class NoSuchUse(NotFound):
    """No such use, or not one that may be shown to this person."""

    code = "exchange.no_such_use"
