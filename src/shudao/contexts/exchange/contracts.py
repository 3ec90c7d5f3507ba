"""What the exchange says to other rooms: systems, resources, requests, grants, answers, ledger entries and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.kernel.errors import Conflict, Forbidden, Invalid, NotFound, ShudaoError
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


class Purpose(StrEnum):
    """What data may be asked for; a grant names exactly one."""

    HANDLING = "handling"
    VERIFICATION = "verification"
    SUPERVISION = "supervision"


PURPOSES: dict[Purpose, Text] = {
    Purpose.HANDLING: Text("办理政务服务事项", "Handling a service matter"),
    Purpose.VERIFICATION: Text("核验申请信息", "Verifying what an applicant states"),
    Purpose.SUPERVISION: Text("事中事后监管", "Supervision during and after"),
}


class RequestState(StrEnum):
    """Where a sharing request stands."""

    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"


class UnavailableReason(StrEnum):
    """Why the exchange did not answer."""

    GATEWAY_DOWN = "gateway_down"
    NO_GRANT = "no_grant"
    NO_RECORD = "no_record"
    REFUSED = "refused"


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    The right that a department asks for.

    Args:
        system: Client id of the system that will call.
        resource: Resource code.
        fields: Only what the purpose needs; each an item of the resource.
        purpose: One purpose.
        scenario: What it is used for, in words.
        legal_basis: Why the department may have it.
        valid_from: First local day.
        valid_to: Last local day; at most 3 years later.
        matters: Basic item codes it is limited to; empty for any of the resource's.
        row_scope: 12-digit division whose rows alone are asked for; "" for all.
        quota: Calls a day; 0 for no limit.
    """

    system: str
    resource: str
    fields: tuple[str, ...]
    purpose: Purpose
    scenario: Text
    legal_basis: Text
    valid_from: date
    valid_to: date
    matters: tuple[str, ...] = ()
    row_scope: str = ""
    quota: int = 0


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """A department's request for data and what became of it. `due_on`: last local day for the provider's reply."""

    number: str
    system: str
    resource: str
    fields: tuple[str, ...]
    purpose: Purpose
    scenario: Text
    legal_basis: Text
    matters: tuple[str, ...]
    row_scope: str
    quota: int
    valid_from: date
    valid_to: date
    state: RequestState
    requested_by: str
    requested_at: datetime
    department: str
    provider: str
    due_on: date
    decided_by: str = ""
    decided_at: datetime | None = None
    opinion: str = ""
    basis: str = ""
    grant: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """
    The right of one caller to one resource.

    Args:
        number: Id of the grant; every ledger entry names it.
        system: Caller's client id.
        resource: Resource code.
        fields: The fields the caller gets, in the resource's order; nothing else ever leaves.
        purpose: The one purpose.
        legal_basis: Why the caller may.
        matters: Basic item codes it is limited to; empty for any.
        row_scope: 12-digit division whose rows alone may be seen; "" for all.
        quota: Calls a day; 0 for no limit.
        valid_from: First local day.
        valid_to: Last local day.
        revoked_at: When it was withdrawn, None while it stands.
    """

    number: str
    system: str
    resource: str
    fields: tuple[str, ...]
    purpose: Purpose
    legal_basis: Text
    matters: tuple[str, ...]
    row_scope: str
    quota: int
    valid_from: date
    valid_to: date
    request: str
    revoked_at: datetime | None = None
    revoked_why: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway answered: the granted fields, as of when, and the ledger entry that records it."""

    fields: Mapping[str, object]
    as_of: datetime
    ledger_id: str
    resource: str


@dataclass(frozen=True, slots=True)
class Published:
    """A grant snapshot as written for the gateway: `number` counts up, `digest` is the file's SHA-256 (hex)."""

    number: int
    digest: str
    grants: int
    systems: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One call as the ledger holds it. `subject` is a keyed hash in hex; `outcome` "answered" or a refusal's code."""

    entry: str
    at: datetime
    client: str
    resource: str
    purpose: str
    case: str
    user: str
    fields: tuple[str, ...]
    subject: str
    grant: str
    outcome: str


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """
    What verification from the files found.

    `ok` when `problems` is empty. `entries` are those that a signed receipt covers, `root` (hex) is the newest
    checkpoint's as recomputed. `problems` and `notes` are plain English sentences naming file and entry.
    """

    ok: bool
    entries: int
    checkpoints: int
    root: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """
    That an entry is under a signed root, checkable without the ledger (RFC 9162 §2.1.3).

    `leaf` (hex) is number `index` of a tree of `size` entries with root `root` (hex); `path` are the sibling hashes,
    leaf upwards. The checkpoint was signed by key `signed_by` at `at`.
    """

    entry: str
    index: int
    leaf: str
    path: tuple[str, ...]
    size: int
    root: str
    signed_by: str
    at: datetime


class Unavailable(ShudaoError):
    """The exchange gave no data; `reason` says why, and `sentence` tells people, in both languages."""

    code = "exchange.unavailable"
    status = 503
    says = "没有取得共享数据。"
    advice = "请改由申请人提供该材料，或稍后重试。"

    def __init__(self, reason: UnavailableReason, *, sentence: Text, ledger_id: str = "") -> None:
        super().__init__(reason=reason.value)
        self.reason = reason
        self.sentence = sentence
        self.ledger_id = ledger_id


class SystemUnknown(NotFound):
    """No system has this client id."""

    code = "exchange.system_unknown"
    says = "没有登记系统 {client}。"
    advice = "请先登记业务系统。"


class ResourceUnknown(NotFound):
    """No resource has this code."""

    code = "exchange.resource_unknown"
    says = "没有数据资源 {resource}。"
    advice = "请在数据资源目录中查找正确的代码。"


class RequestInvalid(Invalid):
    """The request or registration breaks a rule; `fields` says which."""

    code = "exchange.request_invalid"
    says = "申请填写有误。"
    advice = "请按提示修改后重新提交。"


class NotShared(Forbidden):
    """The resource is of the kind that is not shared."""

    code = "exchange.not_shared"
    says = "该数据资源不予共享，依据：{basis}"
    advice = "如有异议，请向数据管理部门提出争议协调。"


class FourEyes(Forbidden):
    """Who asked may not decide, nor anybody of the asking department."""

    code = "exchange.four_eyes"
    says = "申请人及其所在部门的人员不能审批该申请。"
    advice = "请由数源部门的数据管理员审批。"


class AlreadyDecided(Conflict):
    """Somebody decided this request before."""

    code = "exchange.already_decided"
    says = "申请 {number} 已经有了审批结果。"
    advice = "请刷新页面查看结果。"


class AlreadyRevoked(Conflict):
    """The grant was withdrawn before."""

    code = "exchange.already_revoked"
    says = "授权 {number} 已被撤销。"
    advice = "请刷新页面查看结果。"
