"""What the room of matters tells others, after commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class CatalogueLoaded(Event):
    """
    The library was brought to its content: one event for the whole act, however many implementations it touched.

    `items`: catalogue codes with a new accepted version. `new`, `changed`, `cancelled` count implementations.
    """

    NAME: ClassVar[str] = "matters.catalogue_loaded"

    items: tuple[str, ...]
    new: int
    changed: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class ItemPublished(Event):
    """
    A new version of a basic item is in force. What is carried out of it keeps its version until its body answers.

    `catalog_code`: 12 digits; `version`: the new accepted version.
    """

    NAME: ClassVar[str] = "matters.item_published"

    catalog_code: str
    version: int


@dataclass(frozen=True, slots=True)
class ImplementationChanged(Event):
    """
    A body accepted a new standard, or differs from it: one event for all that the act moved to a new version.

    `catalog_code`: 12 digits; `task_codes`: the implementations, 31 characters each, at most 500 an event.
    """

    NAME: ClassVar[str] = "matters.implementation_changed"

    catalog_code: str
    task_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemStateChanged(Event):
    """A basic item was suspended ("2"), resumed ("1") or cancelled ("3"), and with it all that is carried out of it."""

    NAME: ClassVar[str] = "matters.item_state_changed"

    catalog_code: str
    state: str


@dataclass(frozen=True, slots=True)
class ArticleChanged(Event):
    """An article of law was amended or repealed as of its day; `article` is "<document>:<number>"."""

    NAME: ClassVar[str] = "matters.article_changed"

    article: str
    status: str


@dataclass(frozen=True, slots=True)
class ImportBegun(Event):
    """Somebody let an import that was looked at begin, or go on. `number`: the import."""

    NAME: ClassVar[str] = "matters.import_begun"

    number: str


@dataclass(frozen=True, slots=True)
class ListImported(Event):
    """A list of matters from elsewhere was taken in. `number`: the import; `new` and `changed` count its entries."""

    NAME: ClassVar[str] = "matters.list_imported"

    number: str
    rows: int
    new: int
    changed: int
