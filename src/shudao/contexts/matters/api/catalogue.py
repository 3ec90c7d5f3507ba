"""The door to the basic catalogue, its words and its content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from shudao.contexts.matters.contracts import BasicItem, Choice, Implementation, Loaded
from shudao.contexts.matters.queries import offers
from shudao.contexts.matters.rules import described, values
from shudao.contexts.matters.rules.described import FieldGroup
from shudao.contexts.matters.rules.national import NationalFields
from shudao.contexts.matters.services import load as _load
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.texts import Text


def basic_items() -> list[BasicItem]:
    """Return the province's basic items, accepted versions, by catalogue code."""
    return offers.basic_items()


def basic_item(catalog_code: str) -> BasicItem:
    """Return a basic item by its 12 digits or its short code. Raises MatterNotFound."""
    return offers.basic_item(catalog_code)


def national_fields(matter: Implementation) -> NationalFields:
    """
    Return the 120 national exchange fields of an implementation, in the order of `data/matter_fields.csv`.

    Returns:
        {"catalog": {9 fields}, "implementation": {42}, "extension": {44}, "material": [{18}…], "fee": [{5}…],
        "question": [{2}…]}; set-valued fields are tuples of codes (joined by "^" only on export).
    """
    return offers.national(matter)


def described_fields(matter: Implementation) -> tuple[FieldGroup, ...]:
    """Return the same 120 fields as people read them: titled in both languages, codes of the value lists in words."""
    return described.described(offers.national(matter))


def label(list_name: str, code: str) -> Text:
    """Return what a code of a national list is called ("task_type", "07"); the code itself where it is unknown."""
    return values.label(list_name, code)


def choices_of(list_name: str) -> tuple[Choice, ...]:
    """Return the values of a national list ("handle_type") in their order. Raises KeyError for an unknown list."""
    return values.choices(list_name)


def themes() -> tuple[Choice, ...]:
    """Return the themes in the national order."""
    return values.choices("matter_theme")


def events() -> tuple[Choice, ...]:
    """Return the life events in the order of a life, then a company's."""
    return values.choices("life_event")


def load(
    *,
    folder: Path | None = None,
    divisions: Iterable[str] = (),
    overwrite: bool = False,
    acting: Actor,
    now: datetime,
) -> Loaded:
    """
    Read the library's content, check it whole, and bring catalogue, forms and implementations to it.

    Unchanged content makes no new version. Nothing is written where one file breaks a rule. What the office has changed
    since is left as it is, and told.

    Args:
        folder: Folder with laws/, forms/, items/, overrides/; None means the room's own data.
        divisions: Prefixes of division codes ("5101"); only there implementations are written. Empty means all.
        overwrite: Take the content over what the office changed.
        acting: Who loads.
        now: Aware, UTC.

    Raises:
        ContentRefused: every broken rule with file and line.

    Emits:
        CatalogueLoaded, once.
    """
    return _load.load(folder=folder, divisions=tuple(divisions), overwrite=overwrite, acting=acting, now=now)
