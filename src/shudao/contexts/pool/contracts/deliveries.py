"""What became of deliveries: batches, snapshots, what a look-up finds, and damage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shudao.kernel.texts import Text


class Mode(StrEnum):
    """
    What a delivery is: the whole register anew; rows that are new; rows that are new or take older ones' place; keys of
    rows to remove. Rows are told apart by the subject and the contract's key.
    """

    FULL = "full"
    APPEND = "append"
    UPSERT = "upsert"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Batch:
    """
    What became of one delivery: `rows == good + quarantined + erased`, always.

    Args:
        number: Id of the batch.
        dataset: Dataset code.
        rows: Rows in the source.
        good: Rows that satisfied every rule; of a deletion, keys of rows that are gone now.
        quarantined: Rows kept aside, each with every reason.
        reasons: Rule code → how many rows broke it.
        snapshot: The snapshot that shows the good rows.
        digest: SHA-256 (hex) of the source file.
        mode: What was delivered.
        erased: Rows that were set aside and left since, because they named somebody who left.
    """

    number: str
    dataset: str
    rows: int
    good: int
    quarantined: int
    snapshot: int
    digest: str
    reasons: Mapping[str, int] = field(default_factory=dict)
    mode: Mode = Mode.FULL
    erased: int = 0


@dataclass(frozen=True, slots=True)
class UnderWay:
    """
    How far a delivery has come that is being taken in: the step (`judge`, `write`, `publish`, `index`) and the share of
    it that is done (0–1), since when (aware, UTC).
    """

    mode: Mode
    step: str
    share: float
    since: datetime


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """
    A dataset as it stood: `number` counts up from 1 within the dataset.

    `kind` is "delivery", or "compaction" of the snapshot before; a `pinned` one is kept whatever its age.
    """

    dataset: str
    number: int
    batch: str
    rows: int
    subjects: int
    files: int
    bytes: int
    as_of: datetime
    current: bool
    kind: str = "delivery"
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """
    What the look-up index holds of one subject: its rows (column → value as text or integer), as of when.

    `score` is the quality (0–1) of the delivery that the rows are of, None while it has not been reckoned.
    """

    rows: tuple[Mapping[str, object], ...]
    snapshot: int
    as_of: datetime
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Damage:
    """
    One thing that is not as it was written.

    Args:
        dataset: Dataset code.
        kind: "file_changed", "file_missing", "value_changed", "value_missing", "value_foreign", "index_missing",
            "index_behind", "vault_changed".
        where: The file's path below the pool's folder, or the value's subject key in hex.
        says: What is wrong, for people.
    """

    dataset: str
    kind: str
    where: str
    says: Text
