"""How long things stay: who left, what a snapshot showed, which keys are in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Erased:
    """
    Somebody who leaves, or left.

    Args:
        number: Of the erasure.
        rows: Rows of theirs that left files, counted once for each file that had one.
        mentions: Values in others' rows, such as a spouse's identifier, that are empty now.
        quarantined: Rows that were set aside and named them.
        waiting: Datasets (codes) that hold something still; the platform comes back to them. Look-ups find nothing
            of the person's own in any dataset already.
    """

    number: str
    rows: int = 0
    mentions: int = 0
    quarantined: int = 0
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An erasure as a list shows it: whose (`subject`, hash in hex), asked by which account, when, what was done."""

    done: Erased
    subject: str
    account: str
    begun_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Rotated:
    """A new key (its id), and the datasets (codes) that older keys still seal something of."""

    key: str
    waiting: tuple[str, ...] = ()
