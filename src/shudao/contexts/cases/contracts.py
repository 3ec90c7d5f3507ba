"""What the cases room gives and refuses: drafts, cases, their states and materials, errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.foundation.clocks.contracts import Due
from shudao.kernel.errors import Conflict, Forbidden, Invalid, NotFound, ShudaoError
from shudao.kernel.texts import Text


class State(StrEnum):
    """A case's state; the value is the national status code (facts/standards-and-sichuan.md §1.3)."""

    RECEIVED = "02"
    ACCEPTED = "05"
    SUPPLEMENT = "06"
    REJECTED = "07"
    DONE = "10"
    SUSPENDED = "11"
    IN_REVIEW = "12"
    RETURNED = "13"


STATE_NAMES: dict[State, Text] = {
    State.RECEIVED: Text("收件", "Received"),
    State.ACCEPTED: Text("受理", "Accepted"),
    State.SUPPLEMENT: Text("待补正", "Waiting for a supplement"),
    State.REJECTED: Text("不予受理", "Not accepted"),
    State.DONE: Text("办结", "Completed"),
    State.SUSPENDED: Text("挂起", "Suspended"),
    State.IN_REVIEW: Text("审查中", "In review"),
    State.RETURNED: Text("退件", "Returned"),
}


class Action(StrEnum):
    """What can be done to a case; SUSPEND is for procedures that the law leaves out of the time limit."""

    ACCEPT = "accept"
    REFUSE_ACCEPTANCE = "refuse_acceptance"
    ASK_SUPPLEMENT = "ask_supplement"
    SUPPLEMENT = "supplement"
    REVIEW = "review"
    SUSPEND = "suspend"
    RESUME = "resume"
    DECIDE = "decide"
    DELIVER = "deliver"
    CHECK_IN = "check_in"


class Channel(StrEnum):
    """How the application came in."""

    ONLINE = "online"
    WINDOW = "window"


class Delivery(StrEnum):
    """How the result reaches the applicant: only a pick-up costs a visit."""

    ONLINE = "online"
    PICKUP = "pickup"
    POST = "post"


class Purpose(StrEnum):
    """Why the applicant came."""

    SUBMIT = "submit"
    SUPPLEMENT = "supplement"
    INSPECTION = "inspection"
    PICKUP = "pickup"
    OTHER = "other"


class Decision(StrEnum):
    """A reviewer's decision."""

    APPROVE = "approve"
    REFUSE = "refuse"


class How(StrEnum):
    """Where a material comes from, best first (DESIGN §2.2)."""

    LICENCE = "licence"
    EXCHANGE = "exchange"
    LIBRARY = "library"
    FORM = "form"
    APPLICANT = "applicant"


class NeedState(StrEnum):
    """Where a material stands. PLANNED is said by `plan` alone: fetched later. FILLED: the form itself is the paper."""

    FETCHED = "fetched"
    ASKED = "asked"
    UPLOADED = "uploaded"
    FILLED = "filled"
    OPTIONAL = "optional"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fetched datum, to show: `name` is the source's field name."""

    name: str
    label: Text
    value: str


@dataclass(frozen=True, slots=True)
class MaterialNeed:
    """One material: `why` says where from, and why not from a better source; `evidence`: licence or ledger id."""

    code: str
    name: Text
    need: str
    how: How
    state: NeedState
    why: Text
    evidence: str = ""
    file: str = ""
    file_name: str = ""
    facts: tuple[Fact, ...] = ()

    @property
    def missing(self) -> bool:
        """Whether submission must wait for it: asked, not given, and the law allows no deficiency."""
        return self.state is NeedState.ASKED and self.need == "1"


@dataclass(frozen=True, slots=True)
class Plan:
    """Before a draft: which materials the platform will get itself and which it must ask for."""

    task_code: str
    matter: Text
    needs: tuple[MaterialNeed, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """
    An application being prepared; `id` stands as the case number in calls to the exchange. `applicant` is a person key.
    `needs` is empty until the materials were resolved; `case` is set once it was submitted.
    """

    id: str
    task_code: str
    version: int
    matter: Text
    division: str
    department: str
    department_name: Text
    applicant: str
    applicant_name: str
    company: str
    company_name: str
    channel: Channel
    place: str
    delivery: Delivery
    form_code: str
    form_version: int
    data: dict[str, object]
    needs: tuple[MaterialNeed, ...]
    resolved_at: datetime | None
    case: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """The receipt: number (43 characters), secret (12, kept as a hash only), and by when acceptance is answered."""

    number: str
    secret: str
    matter: Text
    department_name: Text
    received_at: datetime
    answer_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a case stands. Instants are aware UTC, due days local; `decision` and `licence` are "" until there is one."""

    number: str
    matter: Text
    department_name: Text
    state: State
    decision: str
    paused: bool
    received_at: datetime
    accepted_at: datetime | None
    decided_at: datetime | None
    delivered_at: datetime | None
    due_legal: date | None
    due_promised: date | None
    visits: int
    licence: str

    @property
    def state_name(self) -> Text:
        """The state's name to show."""
        return STATE_NAMES[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow(Standing):
    """A case as lists show it, from its own row alone; names are masked."""

    task_code: str
    project_type: str
    division: str
    intake_division: str
    department: str
    applicant_name: str
    company_name: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a case's history. `by` is the officer's shown name, "" for the applicant."""

    action: Action | str
    name: Text
    at: datetime
    by: str
    opinion: str
    basis: str
    remedy: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """One time the applicant came."""

    at: datetime
    place: str
    place_name: Text
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SupplementNotice:
    """The one-time notice of all that is missing: material codes with names, and what to do."""

    at: datetime
    materials: tuple[tuple[str, Text], ...]
    note: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole case for those who may see it. `actions` are what the asking actor may do now."""

    number: str
    row: CaseRow
    applicant: str
    company: str
    place: str
    delivery: Delivery
    form_code: str
    form_version: int
    data: dict[str, object]
    needs: tuple[MaterialNeed, ...]
    steps: tuple[StepView, ...]
    visits: tuple[VisitView, ...]
    legal: Due | None
    promised: Due | None
    notice: SupplementNotice | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Standing):
    """How a case stands, told by number and secret without signing in: no name, no form data, no opinion."""

    asked: tuple[Text, ...]
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """
    What a work list shows; empty means no restriction. `due` is "overdue", "today" or "week" by the promised day,
    paused cases left out. `text` is part of a number or a matter's name. `sort`: [-]due, [-]received.
    """

    states: tuple[State, ...] = ()
    due: str = ""
    department: str = ""
    division: str = ""
    channel: str = ""
    text: str = ""
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class CaseFact:
    """One case as the assessment counts it: facts, no judgement; dates are local, visits distinct (day, place)."""

    number: str
    task_code: str
    division: str
    department: str
    department_kind: str
    channel: str
    state: str
    decision: str
    received_on: date
    accepted_on: date | None
    decided_on: date | None
    delivered_on: date | None
    due_legal: date | None
    due_promised: date | None
    visits: int
    asked: int
    fetched: int


class CaseNotFound(NotFound):
    """No such case or draft, or not yours to see: the two look alike."""

    code = "cases.not_found"
    says = "没有找到这个办件或草稿，或您无权查看。"
    advice = "请核对办件编号和查询码，或登录提交申请的账号。"


class OnlineNotOffered(Conflict):
    """The matter can only be applied for at a window."""

    code = "cases.online_not_offered"
    says = "这个事项暂不能网上申请。"
    advice = "请到就近的政务服务窗口办理，办事指南中有地址和时间。"


class AlreadySubmitted(Conflict):
    """The draft became a case and changes no more."""

    code = "cases.already_submitted"
    says = "这份申请已经提交，办件编号 {case}。"
    advice = "请在“我的办件”中查看进度。"


class StepNotAllowed(Conflict):
    """The case's state does not allow this action, or somebody else has just changed it."""

    code = "cases.step_not_allowed"
    says = "办件当前状态不允许这一步，可能已由他人办理。"
    advice = "请刷新页面查看最新状态。"


class AlreadyAskedOnce(Conflict):
    """The law allows one supplement notice."""

    code = "cases.already_asked_once"
    says = "补正通知只能一次性发出，这个办件已经通知过。"
    advice = "请根据现有材料受理或作出决定。"


class MaterialMissing(Invalid):
    """A required material is neither fetched nor given; `fields` names each by `material:<code>`."""

    code = "cases.material_missing"
    says = "还缺少必要材料。"
    advice = "请上传标明“必要”的材料后再提交。"


class SamePersonTwice(Forbidden):
    """Accepting and deciding are separate: one officer cannot do both on one case."""

    code = "cases.same_person_twice"
    says = "受理与审查应由不同人员办理，您已受理过这个办件。"
    advice = "请由本部门其他审查人员作出决定。"


class NumbersUsedUp(Conflict):
    """9,999 cases of one matter on one day."""

    code = "cases.numbers_used_up"
    says = "该事项今天的办件编号已经用完。"
    advice = "请明天再提交，草稿已为您保存。"


class TooManyTries(ShudaoError):
    """Too many wrong secrets for one case number."""

    code = "cases.too_many_tries"
    status = 429
    says = "查询码多次有误，已暂停查询。"
    advice = "请 15 分钟后再试，或登录账号查看。"
