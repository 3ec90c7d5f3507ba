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
