"""Wishes for data that no catalogue entry offers (数据需求): what is needed, who answers, which entry came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.contexts.exchange.contracts.disputes import Hop
from shudao.kernel.errors import Conflict, Invalid


class WishState(StrEnum):
    """
    OPEN: the owner owes an answer. ACCEPTED: it owes an entry in the catalogue. MET: the entry's data can be asked.
    WITHDRAWN: by who wished.
    """

    OPEN = "open"
    ACCEPTED = "accepted"
    MET = "met"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


# While they stand in one of these, the data is missing.
UNMET = (WishState.OPEN, WishState.ACCEPTED, WishState.REFUSED)


class WishAnswer(StrEnum):
    """What the owner may say: it will catalogue it, it will not, or it is another's."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Wanting:
    """
    What a department needs and no entry offers.

    Args:
        department: Credit code of who needs it.
        name: What data.
        fields: The items wanted, in words.
        provider: Credit code of the department that probably has it; "" if nobody knows: the data bureau answers.
        matters: Basic item codes (12 digits) that wait for it.
        why: What it is for.
        basis: Why the department may have it.
    """

    department: str
    name: str
    fields: tuple[str, ...]
    provider: str
    matters: tuple[str, ...]
    why: str
    basis: str


@dataclass(frozen=True, slots=True)
class Wish:
    """
    One wish.

    Args:
        number: Public number.
        wanting: What is needed.
        wished_by: Account.
        wished_at: Instant.
        owner: Credit code of the department that has to act.
        state: Where it stands.
        due_on: Last local day of what is owed now: the answer, or the entry.
        duty: Number of the duty.
        path: How it was passed on.
        decided_by: Account of the officer who accepted or refused.
        decided_at: Instant.
        opinion: What the owner says.
        basis: Legal basis of a refusal.
        resource: Code of the entry that came of it; "" for none yet.
        ended_at: Instant at which it was met or withdrawn.
    """

    number: str
    wanting: Wanting
    wished_by: str
    wished_at: datetime
    owner: str
    state: WishState
    due_on: date
    duty: str
    path: tuple[Hop, ...] = ()
    decided_by: str = ""
    decided_at: datetime | None = None
    opinion: str = ""
    basis: str = ""
    resource: str = ""
    ended_at: datetime | None = None

    def overdue(self, today: date) -> bool:
        """Return whether the answer or the entry is late on a local day."""
        return self.state in (WishState.OPEN, WishState.ACCEPTED) and today > self.due_on


class WishDecided(Conflict):
    """Somebody answered or ended it before."""

    code = "exchange.wish_decided"
    says = "需求 {number} 已经办理过了。"
    advice = "请刷新页面查看结果。"


class UnfitEntry(Invalid):
    """The entry is not one that can meet the wish."""

    code = "exchange.unfit_entry"
    says = "请选择应办部门自己的、已发布且可以共享的数据资源。"
    advice = "还没有编目的，请先在数据资源目录中编目。"
