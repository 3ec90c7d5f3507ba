"""Implementations as entries of one list: the content of an entry is that of the basic item that it inherits from."""

from __future__ import annotations

from collections.abc import Iterator

from shudao.contexts.conformance.contracts.duplicates import Entry
from shudao.contexts.matters import api as matters
from shudao.contexts.matters.contracts import BasicItem

_SERVES = {"person": frozenset({"person"}), "company": frozenset({"company"}), "both": frozenset({"person", "company"})}
_Content = tuple[frozenset[str], frozenset[str], str, frozenset[str]]


def implementations() -> Iterator[Entry]:
    """Stream every implementation in use; nothing is read twice, whatever the number of divisions."""
    known: dict[int, _Content] = {}
    for row in matters.listed():
        if row.item not in known:
            known[row.item] = _content(matters.item_versions([row.item])[row.item])
        basis, materials, result, targets = known[row.item]
        yield Entry(
            code=row.task_code,
            name=row.name,
            department=row.department,
            division=row.division,
            group=row.catalog_code,
            basis=basis,
            materials=materials,
            result=result,
            targets=targets,
        )


def _content(item: BasicItem) -> _Content:
    papers = frozenset(one.name.zh for one in item.materials)
    return frozenset(item.by_law), papers, item.result_name.zh, _SERVES.get(item.audience, frozenset())
