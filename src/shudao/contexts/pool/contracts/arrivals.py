"""What comes by itself: files left in an inbox, rows read from a department's own table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    What became of one file of an inbox. Its name is not told: names of files may name people.

    Args:
        dataset: The folder's dataset code.
        mode: The folder's mode ("full", "append", "upsert", "delete").
        state: "taken"; "refused" (it lies in `refused/` with the reason beside it); "waiting" (the dataset is busy, the
            disk full, or somebody still writes it); "failed" (a fault of ours: it stays and is tried again).
        batch: Number of the batch where it was taken.
        refusal: Code of the refusal, or the kind of fault.
    """

    dataset: str
    mode: str
    state: str
    batch: str = ""
    refusal: str = ""
