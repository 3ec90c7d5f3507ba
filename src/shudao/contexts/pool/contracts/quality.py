"""What rules said of deliveries, and what is proposed for new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

# The kind of duty that a failing rule opens; it closes when a later delivery passes, never by hand.
CORRECTION = "pool.correction"


@dataclass(frozen=True, slots=True)
class RuleScore:
    """What one rule said of one delivery: `broken` of `judged` elements; `duty` is the open correction's number."""

    rule: str
    kind: str
    dimension: str
    severity: str
    judged: int
    broken: int
    score: float
    passed: bool
    detail: Mapping[str, object]
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    A contract proposed from a delivery: YAML to edit and accept. `accepted` is the version it became, None while open.

    `evidence` has for every proposed rule its `code`, `kind`, the `share` of values that already satisfy it, and what
    speaks for it (`says`).
    """

    number: str
    dataset: str
    contract: str
    evidence: tuple[Mapping[str, object], ...]
    made_at: datetime
    accepted: int | None


@dataclass(frozen=True, slots=True)
class BatchScore:
    """The scores of one delivery: dimension ("01" … "06", "" for the whole) → 0 to 1; its rules, worst first."""

    dataset: str
    batch: str
    received_at: datetime
    snapshot: int
    dimensions: Mapping[str, float]
    rules: tuple[RuleScore, ...] = ()
