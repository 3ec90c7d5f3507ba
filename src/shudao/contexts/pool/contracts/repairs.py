"""Rows that a delivery set aside: shown masked, corrected one by one, judged again all together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """
    One row of a batch's quarantine.

    Args:
        place: This names it: its line, or, for the n-th row (from 0) of another shape than the header, n + 2**41.
        line: Its line in the delivery, from 1 after the header; 0 where it had another shape than the header.
        reasons: Codes of the rules that it broke.
        values: Column → masked text; empty where it had another shape.
        repaired: Number of the batch in which it came good; "" while it has not.
    """

    place: int
    line: int
    reasons: tuple[str, ...]
    values: Mapping[str, str]
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class UnmaskedRow:
    """
    A row as it came, to be corrected.

    Args:
        row: The same row masked, with its reasons.
        values: Column of the current contract → text; None where nothing stood.
        text: The whole row, where it had another shape than the header; "" else.
    """

    row: QuarantinedRow
    values: Mapping[str, str | None]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """
    What came of rows that were judged again.

    Args:
        tried: How many rows were judged.
        good: How many came good, and are taken in.
        batch: Number of the batch they are in; "" where none came good.
        reasons: Rule code → how many of the others broke it.
    """

    tried: int
    good: int
    batch: str = ""
    reasons: Mapping[str, int] = field(default_factory=dict)
