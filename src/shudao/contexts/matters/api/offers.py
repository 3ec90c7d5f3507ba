"""The door to who offers what where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shudao.contexts.matters.contracts import Implementation, MatterRow, Offering, OnlineRow
from shudao.contexts.matters.queries import figures, lists, offers
from shudao.contexts.matters.services import find as _find
from shudao.kernel.paging import Page


def implementation(task_code: str, *, version: int | None = None) -> Implementation:
    """
    Return the implementation with all its fields, inherited and its own.

    Args:
        task_code: 31 characters.
        version: One of its versions; None means the present one.

    Raises:
        MatterNotFound: no such code or version.
    """
    return offers.implementation(task_code, version)


def implementation_at(catalog_code: str, division: str) -> Implementation:
    """
    Return the implementation that people of `division` use: the division's own, else the nearest above, in use.

    Args:
        catalog_code: 12 digits, or the item's short code ("marriage-registration").
        division: 12 digits.

    Raises:
        MatterNotOffered: neither the division nor one above it offers the matter.
    """
    return offers.at(catalog_code, division)


def offered_here(catalog_code: str, division: str) -> bool:
    """Return whether people of `division` can use the matter there or at a division above it."""
    return offers.nearest(catalog_code, division) is not None


def find(
    *,
    text: str = "",
    division: str,
    audience: str | None = None,
    department_kind: str | None = None,
    department: str | None = None,
    theme: str | None = None,
    event: str | None = None,
    hot: bool = False,
    below: bool = False,
    page: int = 1,
    size: int = 20,
) -> Page[MatterRow]:
    """
    Return the matters that people of `division` can use, one row a matter.

    Each matter is shown once, by its implementation nearest to the division: its own, else that of the nearest
    division above. Below a division nothing is shown unless `below` is true: then matters that only lower divisions
    offer follow as rows without `task_code` (let the reader pick one of `choices`).

    Args:
        text: Words to look for (Chinese or English); the exact title ranks first, then titles, then contents.
        division: 12 digits.
        audience: "person" or "company": what serves both is in each.
        department_kind: Business line ("mz").
        department: Credit code of the acting body.
        theme: Code of `themes()`.
        event: Code of `events()`.
        hot: Only those shown on the first page.
        page: From 1.
        size: 1–200.

    Returns:
        A page; order: by rank where `text` is given, else hot ones first, then by catalogue code. At most 4 queries.

    Raises:
        Invalid: page or size out of range.
    """
    chosen = lists.Filter(text, division, audience, department_kind, department, theme, event, hot, below)
    return _find.find(chosen, page, size)


def choices(catalog_code: str, division: str, *, page: int = 1, size: int = 50) -> Page[MatterRow]:
    """Return who offers the matter inside `division` (itself and below), by division code: the tree from its root."""
    return lists.inside(catalog_code, division, page, size)


def of_department(department: str, *, text: str = "", page: int = 1, size: int = 20) -> Page[MatterRow]:
    """Return what the body with credit code `department` itself offers, in catalogue order, every state."""
    return _find.of_department(department, text, page, size)


def rows(task_codes: Iterable[str]) -> dict[str, MatterRow]:
    """Return the list rows of many implementations in one query; unknown codes are absent."""
    return lists.rows(task_codes)


def suggest(text: str, division: str, limit: int = 8) -> list[MatterRow]:
    """Return the few matters that best continue what somebody is typing, exact and leading titles first."""
    return list(_find.find(lists.Filter(text=text, division=division, below=True), 1, limit).items)


def department_kinds(division: str, audience: str | None = None) -> dict[str, int]:
    """Return business line → how many matters people of `division` find under it (`find`'s semantics)."""
    return figures.department_kinds(division, audience)


def departments_offering(division: str) -> tuple[Offering, ...]:
    """Return the bodies whose matters people of `division` use, those with most matters first."""
    return figures.departments_offering(division)


def counts() -> dict[str, int]:
    """Return documents, articles, verified_articles, forms, matters, departments (kinds), implementations (in use)."""
    return figures.counts()


def online_rows(*, division: str | None = None) -> Iterator[OnlineRow]:
    """
    Return implementations on application (types 01 05 07 08 09 10 20) that are in use, by division and task code.

    Args:
        division: Only this subtree; None means all. Rows stream: hold no more than needed.
    """
    return figures.online_rows(division)
