"""Where rows came from and whether anybody asks for them, as rows to query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class LineageRow:
    """
    One file on its way: delivery → batch → file → snapshots → index; a compacted file has a row for each delivery.

    Args:
        dataset: Dataset code.
        delivery: SHA-256 (hex) of the source that was delivered.
        received_at: When.
        batch: The batch that judged it; `version` of the contract did.
        version: See above.
        file: Path below the pool's folder, with its own `file_digest`.
        file_digest: See above.
        kind: "data" or "quarantine".
        rows: Rows in the file.
        snapshots: Numbers of the snapshots that show it, ascending; none for quarantine.
        indexed: Whether the look-up index stands at one of them.
    """

    dataset: str
    delivery: str
    received_at: datetime
    batch: str
    version: int
    file: str
    file_digest: str
    kind: str
    rows: int
    snapshots: tuple[int, ...]
    indexed: bool


@dataclass(frozen=True, slots=True)
class UseRow:
    """How often a dataset was asked in a period, how often it had an answer, and when last; None for never."""

    dataset: str
    calls: int
    answered: int
    last_day: date | None

    @property
    def unused(self) -> bool:
        """Whether nobody asked."""
        return self.calls == 0
