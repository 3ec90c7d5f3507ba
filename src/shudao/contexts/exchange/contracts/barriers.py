"""What stands between departments' data and the matters that need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shudao.kernel.texts import Text


class BarrierKind(StrEnum):
    """
    REFUSED: a request was refused and nothing else gives the data. LATE: a reply or a supply is overdue. EXPIRED: a
    right ended while published matters still need its data. UNUSED: granted, and nothing asked in 90 days. BROKEN: the
    source's data or service fail. MISSING: what matters or
    departments need stands in no catalogue.
    """

    REFUSED = "refused"
    LATE = "late"
    EXPIRED = "expired"
    UNUSED = "unused"
    BROKEN = "broken"
    MISSING = "missing"


# Why, within a kind. A broken resource's cause is the gateway's refusal code.
CAUSES: dict[str, Text] = {
    "refused": Text("数源部门不同意共享", "The source refused"),
    "reply": Text("逾期未答复", "The reply is overdue"),
    "supply": Text("同意后逾期未提供数据", "The supply is overdue"),
    "ended": Text("授权到期未续", "The grant ended and was not renewed"),
    "withdrawn": Text("授权被撤销", "The grant was withdrawn"),
    "unused": Text("授权后九十天没有调用", "Granted, and not asked in ninety days"),
    "uncatalogued": Text("资源不在目录中", "The resource stands in no catalogue"),
    "not_offered": Text("资源已暂停或停用", "The resource is suspended or retired"),
    "not_shared": Text("资源不予共享", "The resource is not shared"),
    "wished": Text("有部门需要，等待答复", "Wished for by a department, waiting for an answer"),
    "promised": Text("已同意编目，还不能查询", "The entry is promised, and cannot be asked yet"),
    "wish_refused": Text("有部门需要，未获同意", "Wished for by a department, and refused"),
    "no_source": Text("没有可以替代材料的资源或证照", "No resource and no licence stands for the paper"),
}
FAILS = Text("数源部门的数据或服务出错", "The source's data or service fail")


@dataclass(frozen=True, slots=True)
class Standing:
    """
    A barrier as it stands.

    Args:
        kind, cause: Which, and why: a key of `CAUSES`, or the gateway's refusal code for a broken resource.
        subject: The request, grant, wish, resource, or the material's name: with `kind` it names the barrier.
        resource: Resource code, "" for a material or a wish without one.
        label: What people call the data or the paper.
        owner: Credit code of the department that has to act.
        waiting: Credit code of the department that waits, "" for everybody.
        matters: Catalogue codes of the published matters that wait.
        since: Local day from which on it stands.
    """

    kind: BarrierKind
    cause: str
    subject: str
    resource: str
    label: Text
    owner: str
    waiting: str
    matters: tuple[str, ...]
    since: date


@dataclass(frozen=True, slots=True)
class Barrier:
    """A barrier that was found; `gone_at` is when its cause was seen to be gone, None while it stands."""

    number: str
    found: Standing
    found_at: datetime
    gone_at: datetime | None = None
