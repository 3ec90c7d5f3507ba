"""What assessment says to others: facts in, scores out. Frozen, no framework."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shudao.contexts.exchange.contracts.barriers import Barrier
from shudao.kernel.errors import NotFound, ShudaoError
from shudao.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class MatterFact:
    """One implementation in use that is acted on at somebody's application; `visits` is the promised number."""

    task_code: str
    division: str
    department: str
    department_kind: str
    tier: int
    visits: int


@dataclass(frozen=True, slots=True)
class CaseFact:
    """
    One finished case as the log knows it.

    `division` and `department` are those of the deciding body; days are local dates; `due_on` is the promised day, or
    the legal one where nothing was promised; `visits` counts check-ins and other visit facts, not promises; `fetched`
    and `asked` count the required materials that were obtained by the platform and that the applicant had to bring.
    """

    number: str
    task_code: str
    division: str
    department: str
    department_kind: str
    completed_on: date
    due_on: date | None
    visits: int
    fetched: int
    asked: int


@dataclass(frozen=True, slots=True)
class RatingFact:
    """One rating: `level` 1 (very dissatisfied) to 5 (very satisfied)."""

    case: str
    division: str
    department: str
    department_kind: str
    level: int


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    One figure of the tree.

    `kind` is "share" (a part of a whole, 0–1) or "mean" (a sum over a count). `better` is "higher" or "lower".
    """

    code: str
    name: Text
    explains: Text
    kind: str
    better: str


@dataclass(frozen=True, slots=True)
class Unit:
    """What is scored: a division with all below it, and within it one line of departments ("" for all of them)."""

    division: str
    department_kind: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """
    `value` is numerator ÷ denominator, rounded half up to four decimals, as text; None where there is nothing to
    divide by: no fact is no score, never a nought.
    """

    indicator: str
    unit: Unit
    numerator: int
    denominator: int
    value: str | None


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication of all scores: `day` is what they are as of; `digest` names the rows they came from."""

    number: int
    day: date
    published_at: str
    matters: int
    cases: int
    ratings: int
    digest: str


@dataclass(frozen=True, slots=True)
class ListedBarrier:
    """
    A barrier as the list keeps it.

    `age` counts working days from the first day to today, or to the day it was gone. `cases` counts the applications
    to the matters that wait, received meanwhile, whose applicants had to bring papers; None until first counted, at
    `counted_at`.
    """

    barrier: Barrier
    age: int
    cases: int | None = None
    counted_at: datetime | None = None


class BarrierUnknown(NotFound):
    code = "assessment.barrier_unknown"
    says = "没有找到这个数据壁垒。"
    advice = "请从数据壁垒清单进入。"


class NothingPublished(NotFound):
    code = "assessment.nothing_published"
    says = "考核数据尚未计算。"
    advice = "请管理员运行 shudao assess compute 后再查看。"


class ScoresDiffer(ShudaoError):
    code = "assessment.scores_differ"
    status = 409
    says = "重新计算的结果与已公布的不一致。"
    advice = "请核对导出文件是否被改动。"
