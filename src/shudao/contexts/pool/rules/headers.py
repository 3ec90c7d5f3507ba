"""Headers of deliveries: what is missing, what is foreign, where a cell stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,59}")


def foreign(found: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Return the columns of a header that the contract does not know, in order."""
    return [name for name in found if name not in columns]


def shown(names: Sequence[str], found: Sequence[str]) -> str:
    """
    Return columns of the header `found` as a refusal may name them, at most 200 characters.

    A file without a header has a person's values in its first row: what does not look like a column's name is told by
    its place ("#3", from 1).
    """
    told = [name if _PLAIN.fullmatch(name) else f"#{found.index(name) + 1}" for name in names]
    return ", ".join(told)[:200]
