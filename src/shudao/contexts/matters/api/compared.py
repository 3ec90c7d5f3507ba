"""The door for those who hold implementations against their standard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shudao.contexts.matters.contracts import Acting, BasicItem, Broken, Listed, Override
from shudao.contexts.matters.queries import compared
from shudao.contexts.matters.rules import consistency, inherit


def listed(*, catalog_codes: Iterable[str] | None = None, task_codes: Iterable[str] | None = None) -> Iterator[Listed]:
    """
    Stream the implementations that are not cancelled, by catalogue code and division.

    Args:
        catalog_codes: Only those of these basic items; None means all.
        task_codes: Only these, at most a few hundred; None means all.
    """
    return compared.listed(catalog_codes, task_codes)


def item_versions(keys: Iterable[int]) -> dict[int, BasicItem]:
    """Return stored versions of basic items by key, as `Listed.item` names them; unknown keys are absent."""
    return compared.item_versions(keys)


def item_states() -> dict[str, str]:
    """Return catalogue code → state of every item: "1" in use, "2" suspended, "3" cancelled."""
    return compared.item_states()


def acting_bodies() -> list[Acting]:
    """Return how many implementations each body has that are not cancelled, by credit code."""
    return compared.acting()


def acting_among(departments: Iterable[str]) -> set[str]:
    """Return those of these bodies (credit codes) that have any implementation that is not cancelled."""
    return compared.acting_among(departments)


def newest_version() -> int:
    """Return the key of the version that was written last: while it is the same, so is the whole catalogue."""
    return compared.newest_version()


def acting_kind(department_kind: str, use_level: str) -> str:
    """Return the kind of body that carries out matters of a business line at a level ("5": townships act for all)."""
    return inherit.acting_kind(department_kind, use_level)


def may_differ(field: str) -> bool:
    """Return whether a place may set this field for itself."""
    return field in inherit.OVERRIDABLE


def local_item(item: BasicItem, overrides: tuple[Override, ...]) -> BasicItem:
    """
    Return `item` with a place's own values: what its consistency rules look at.

    Raises:
        KeyError: no place may set the field. msgspec.ValidationError: a value does not fit its field.
    """
    return inherit.as_item(item, inherit.apply(item, overrides))


def broken_rules(item: BasicItem) -> list[Broken]:
    """Return what a basic item, or a place's version of it, breaks of the matter library's rules ("0"–"11")."""
    return consistency.check(item)


def broken_phones(phone: str, complaint_phone: str) -> list[Broken]:
    """Return what is wrong with a place's two phones (rule "7")."""
    return consistency.check_phones(phone, complaint_phone)


def articles_in_force() -> frozenset[str]:
    """Return the codes of all articles that may be cited today."""
    return compared.articles_in_force()
