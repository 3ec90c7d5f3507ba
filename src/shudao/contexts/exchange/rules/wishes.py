"""What a wish for data has to say, and to whom it can be passed on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from shudao.contexts.exchange.contracts.registry import Resource, ResourceState, ShareType
from shudao.contexts.exchange.contracts.wishes import Wanting

# Working days: the answer as for a conditional request, the entry as for the supply (Order 809, from memory).
ANSWER_DAYS, ENTRY_DAYS = 10, 20
LONGEST_NAME, LONGEST_FIELD, LONGEST_TEXT, MOST = 120, 60, 500, 40
_MATTER = re.compile(r"\d{12}")


def problems(
    wanting: Wanting, *, owner: str, departments: Collection[str], matters: Collection[str]
) -> Iterator[tuple[str, str]]:
    """
    Yield (field, sentence) for everything that is wrong with a wish.

    Args:
        wanting: As written.
        owner: Who would have to answer.
        departments: Credit codes that exist, of those named.
        matters: Basic item codes that exist.
    """
    if not 1 <= len(wanting.name) <= LONGEST_NAME:
        yield "name", "请写明需要什么数据，最多 120 个字。"
    if not 1 <= len(wanting.fields) <= MOST or any(len(one) > LONGEST_FIELD for one in wanting.fields):
        yield "fields", "请每行写一个信息项，最多 40 项，每项最多 60 个字。"
    for name in ("why", "basis"):
        if not 1 <= len(getattr(wanting, name)) <= LONGEST_TEXT:
            yield name, "请填写此项，最多 500 个字。"
    if wanting.provider and wanting.provider not in departments:
        yield "provider", "请选择一个部门。"
    elif owner == wanting.department:
        yield "provider", "请选择另一个部门：本部门的数据请直接编目。"
    unknown = [one for one in wanting.matters if not _MATTER.fullmatch(one) or one not in matters]
    if unknown or len(wanting.matters) > MOST:
        yield "matters", "请每行写一个基本目录编码（12 位），须是已有的事项。"


def unfit(to: str, *, known: bool, had: Collection[str], asker: str) -> str:
    """Return what is wrong with a department to pass a wish on to, "" where nothing is."""
    if not known:
        return "请选择一个部门。"
    if to in had:
        return "该部门已经办理过，不能再转回。"
    return "不能转给提出需求的部门。" if to == asker else ""


def fits(entry: Resource | None, owner: str) -> bool:
    """Return whether an entry can meet a wish: the owner's own, published and shared at all."""
    return (
        entry is not None
        and entry.provider == owner
        and entry.state is ResourceState.PUBLISHED
        and entry.share_type is not ShareType.REFUSED
    )
