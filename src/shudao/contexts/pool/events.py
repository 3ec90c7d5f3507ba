"""What the pool tells; codes and ids only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shudao.foundation.outbox.events import Event


@dataclass(frozen=True, slots=True)
class BatchPublished(Event):
    """A delivery became a snapshot; its rows are judged, its scores are not yet reckoned."""

    NAME: ClassVar[str] = "pool.batch_published"
    dataset: str
    batch: str


@dataclass(frozen=True, slots=True)
class BatchScored(Event):
    """The scores of a delivery are kept; `failed` rules of it stand below what the contract asks for."""

    NAME: ClassVar[str] = "pool.batch_scored"
    dataset: str
    batch: str
    failed: int
