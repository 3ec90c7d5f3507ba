"""The door to duplicates."""

from __future__ import annotations

from pathlib import Path

from shudao.contexts.conformance.adapters import lists
from shudao.contexts.conformance.contracts.duplicates import Found
from shudao.contexts.conformance.queries import entries
from shudao.contexts.conformance.rules import pairing


def duplicates(*, path: Path | None = None) -> Found:
    """
    Return the pairs of entries that are probably one matter, the surest first. Nothing is written.

    Args:
        path: A list of matters as CSV in UTF-8 with the columns item_code, name, department and area_code; None for
            every implementation of the province.

    Raises:
        ListUnreadable: the file is no such list.
    """
    return pairing.find(entries.implementations() if path is None else lists.entries(path))
