"""Limits, clocks and due dates as other rooms see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shudao.kernel.errors import Conflict, Invalid, NotFound
from shudao.kernel.texts import Text

LONGEST = {"1": 3660, "2": 36600, "3": 5000, "4": 1200, "5": 100}


class Unit(StrEnum):
    """The national codes of time units; WORKDAY counts working days, the others days of the calendar."""

    WORKDAY = "1"
    DAY = "2"
    WEEK = "3"
    MONTH = "4"
    YEAR = "5"


class ClockKind(StrEnum):
    """LEGAL is what the law allows, PROMISED what the body promises: two clocks, never mixed."""

    LEGAL = "legal"
    PROMISED = "promised"


class PauseReason(StrEnum):
    """
    What 行政许可法 art. 45 leaves out of the time limit; nothing else stops a clock.

    HEARING 听证, TENDER 招标, AUCTION 拍卖, INSPECTION 检验, TESTING 检测, QUARANTINE 检疫, APPRAISAL 鉴定,
    EXPERT_REVIEW 专家评审.
    """

    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"


@dataclass(frozen=True, slots=True)
class Limit:
    """`amount` of `unit`; 0 means the starting day itself. Raises ValueError below 0 or above about a century."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= LONGEST[self.unit]:
            raise ValueError(f"not a limit: {self.amount} of unit {self.unit}")


@dataclass(frozen=True, slots=True)
class Span:
    """
    Days `first` to `last`, both included, that count alike.

    `kind` is "counted", "makeup" (a weekend worked, counted), "weekend", "holiday", "paused" or "rolled" (the working
    day that the end moved to). `count` is how many of the days count: all of a counted span but the weekends in it.
    """

    first: date
    last: date
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Due:
    """
    When a clock runs out, and why.

    `on` is a local date, the last day in time. `explanation` says in order how every day was counted, `spans` the same
    for machines: together they cover each day from the day after the start to `on` once. `provisional` means that a
    year's holidays are not announced yet. While `paused`, `on` is the earliest possible date: it moves with every day
    that the pause lasts. `stopped_on` is the local date on which the work was done.
    """

    on: date
    explanation: tuple[Text, ...] = ()
    provisional: bool = False
    spans: tuple[Span, ...] = ()
    paused: bool = False
    stopped_on: date | None = None

    def met(self) -> bool | None:
        """Return whether the work was done in time; None while it is not done."""
        return None if self.stopped_on is None else self.stopped_on <= self.on

    def overdue(self, today: date) -> bool:
        """Return whether the work is, or was, late on `today` (local)."""
        return not self.paused and (self.stopped_on or today) > self.on


@dataclass(frozen=True, slots=True)
class ClockState:
    """`state` is "running", "paused" or "stopped"; `reason` and `since` tell of a pause; `kinds` are the clocks."""

    subject: str
    state: str
    kinds: tuple[ClockKind, ...]
    started_on: date
    reason: PauseReason | None = None
    since: date | None = None
    stopped_on: date | None = None


class NoSuchClock(NotFound):
    """Nothing runs for this subject."""

    code = "clocks.no_such_clock"
    says = "没有找到这项期限。"
    advice = "请核对编号。"


class ClockOrder(Conflict):
    """The clock is not in the state that this act starts from: paused already, not paused, stopped, started already."""

    code = "clocks.order"
    says = "期限的当前状态不允许这一步。"
    advice = "请刷新页面，查看期限是在计时、暂停还是已经结束。"


class TooLateToExtend(Conflict):
    """A limit is extended before it runs out, or not at all."""

    code = "clocks.too_late_to_extend"
    says = "期限已过，不能再延长。"
    advice = "请尽快办结，并按规定说明超期原因。"


class NotAPauseReason(Invalid):
    """The law does not let the clock stop for this."""

    code = "clocks.not_a_pause_reason"
    says = "这个理由依法不能暂停计时。"
    advice = "可暂停的只有：听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审（行政许可法第四十五条）。"


class CalendarFault(Invalid):
    """The calendar file cannot be used; nothing was changed."""

    code = "clocks.calendar_fault"
    says = "工作日历文件有误：第{line}行。"
    advice = "请按表头 day,kind,name,name_en,provisional 修改后重新载入。"
