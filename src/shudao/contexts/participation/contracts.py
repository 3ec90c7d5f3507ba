"""What the participation room gives and refuses: ratings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shudao.kernel.errors import Conflict, Invalid
from shudao.kernel.texts import Text

LEVELS: dict[int, Text] = {
    5: Text("非常满意", "Very satisfied"),
    4: Text("满意", "Satisfied"),
    3: Text("基本满意", "Fairly satisfied"),
    2: Text("不满意", "Dissatisfied"),
    1: Text("非常不满意", "Very dissatisfied"),
}

ONLINE: dict[str, Text] = {
    "overall": Text("整体满意度", "Overall"),
    "efficiency": Text("办事效率", "Speed"),
    "guide": Text("办事指南精确度", "Accuracy of the guide"),
    "convenience": Text("办事便捷度", "Convenience"),
    "platform": Text("平台操作性", "Ease of the platform"),
}

OFFLINE: dict[str, Text] = {
    "overall": Text("整体满意度", "Overall"),
    "service_efficiency": Text("服务效率", "Speed of service"),
    "competence": Text("服务水平", "Competence"),
    "attitude": Text("服务态度", "Attitude"),
}

COMMENT_LIMIT = 500
BAD = 2  # this level and below is followed up


@dataclass(frozen=True, slots=True)
class Rating:
    """
    One applicant's rating of one case.

    `level` is 5 (best) to 1; 1 and 2 are bad ratings. `dimensions` maps names of ONLINE or OFFLINE to levels.
    """

    case: str
    task_code: str
    division: str
    department: str
    channel: str
    level: int
    dimensions: dict[str, int]
    comment: str
    rated_at: datetime

    @property
    def bad(self) -> bool:
        """Whether it must be followed up."""
        return self.level <= BAD


@dataclass(frozen=True, slots=True)
class RatingFact:
    """One rating as the assessment counts it; dates are local."""

    case: str
    task_code: str
    division: str
    department: str
    channel: str
    level: int
    rated_on: date


class RatingWrong(Invalid):
    """A level outside 1–5, a dimension that the channel does not have, or a comment over 500 characters."""

    code = "participation.rating_wrong"
    says = "评价内容有误。"
    advice = "请按提示修改后再提交。"


class AlreadyRated(Conflict):
    """One rating a case."""

    code = "participation.already_rated"
    says = "这个办件已经评价过，一件一评。"
    advice = "如有补充意见，请拨打 12345。"


class NotRateable(Conflict):
    """Only a case whose result was delivered, or that ended without acceptance, can be rated."""

    code = "participation.not_rateable"
    says = "办件尚未办结送达，暂不能评价。"
    advice = "请在收到办理结果后再评价。"
