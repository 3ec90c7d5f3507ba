"""Rules about a delivery as a whole: what every delivery is asked, aggregates, and drift against its own history."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from shudao.contexts.pool.contracts.datasets import (
    DatasetContract,
    Identifier,
    Rule,
    RuleKind,
    Severity,
)
from shudao.contexts.pool.rules.exposed import IDENTIFIER

SHAPE = "row.shape"
# How long each update cycle lasts, with room for the day itself; None: on demand.
CYCLES = {"1": 1, "2": 2, "3": 8, "4": 32, "5": 94, "6": 367, "7": None}
_LEAST_HISTORY = 3
# A history that never moved still leaves room for this much.
_STILL = 0.005


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of a delivery."""

    rule: Rule
    judged: int
    broken: int
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnMeasure:
    """What a column of a delivery looked like; `shares` are a code column's values → their share of what is filled."""

    column: str
    rows: int
    filled: int
    mean: float | None = None
    deviation: float | None = None
    shares: Mapping[str, float] = field(default_factory=dict)


def _state(code: str, dimension: str) -> Rule:
    return Rule(code, RuleKind.STATE, (), dimension, severity=Severity.MARK)


def of_every_delivery(
    contract: DatasetContract,
    *,
    rows: int,
    misshapen: int,
    exposed: int,
    behind: bool,
    since_last: timedelta | None,
) -> Iterator[Verdict]:
    """
    Yield what is asked of every delivery, whatever its contract declares.

    Args:
        contract: The dataset's.
        rows: Rows delivered.
        misshapen: Those of another number of fields than the header: not of the data model.
        exposed: Those in which a resident ID stands where it would lie open.
        behind: Whether the look-up index does not follow the deliveries.
        since_last: Time since the delivery before; None for the first.

    Source:
        GB/T 36344-2018: 0102, 0103, 0106, 0601, 0602; proved by tests/contexts/pool/test_governance.py
    """
    yield Verdict(_state(SHAPE, "0102"), rows, misshapen)
    said = [contract.title, *(column.title for column in contract.columns)]
    yield Verdict(_state("contract.metadata", "0103"), 2 * len(said), sum((not one.zh) + (not one.en) for one in said))
    doubtful = [
        column.name
        for column in contract.columns
        if (column.identifier is Identifier.RESIDENT and column.sensitivity < 3)
        or (column.identifying and column.sensitivity < 2)
        or column.sensitivity > contract.sensitivity
    ]
    yield Verdict(_state("contract.security", "0106"), len(contract.columns), len(doubtful), {"columns": doubtful})
    yield Verdict(_state(IDENTIFIER, "0106"), rows, exposed)
    yield Verdict(_state("index.reachable", "0601"), 1, int(behind))
    days = CYCLES.get(contract.cycle)
    late = days is not None and since_last is not None and since_last > timedelta(days=days)
    yield Verdict(_state("delivery.on_cycle", "0602"), 1, int(late))


def aggregated(rule: Rule, measured: float | None) -> Verdict:
    """Return what an aggregate rule says of its figure; no figure (nothing to count) breaks it."""
    low = measured is not None and bool(rule.lowest) and measured < float(rule.lowest)
    high = measured is not None and bool(rule.highest) and measured > float(rule.highest)
    detail: dict[str, object] = {"measured": measured, "lowest": rule.lowest, "highest": rule.highest}
    return Verdict(rule, 1, int(measured is None or low or high), detail)


def drifted(rule: Rule, now: ColumnMeasure, history: Sequence[ColumnMeasure]) -> Verdict:
    """
    Return whether a figure lies within `sigma` standard deviations of its history's mean.

    Args:
        rule: Its `measure`: rows, nulls (share of rows without a value), mean, or share (each of a column's values).
        now: This delivery.
        history: The deliveries before it, newest first; the last `batches` count.

    Returns:
        For `share` every value is judged by itself, a value never seen before too. With less than three deliveries
        before it, nothing is judged.

    Source:
        tests/contexts/pool/test_governance.py
    """
    past = list(history[: rule.batches])
    if len(past) < _LEAST_HISTORY:
        return Verdict(rule, 0, 0, {"history": len(past)})
    odd: dict[str, object] = {}
    series = _series(rule, now, past)
    for name, (value, values) in series.items():
        middle = statistics.fmean(values)
        room = rule.sigma * max(statistics.pstdev(values), _STILL * _scale(rule, middle))
        if abs(value - middle) > room:
            odd[name or rule.measure] = {"measured": value, "mean": middle, "room": room}
    return Verdict(rule, len(series), len(odd), {"history": len(past), "odd": odd})


def _scale(rule: Rule, middle: float) -> float:
    return max(abs(middle), 1e-9) if rule.measure in ("rows", "mean", "sum") else 1.0


def _series(rule: Rule, now: ColumnMeasure, past: Sequence[ColumnMeasure]) -> dict[str, tuple[float, list[float]]]:
    if rule.measure == "share":
        names = rule.values or tuple(sorted(set(now.shares).union(*(one.shares for one in past))))
        return {name: (now.shares.get(name, 0.0), [one.shares.get(name, 0.0) for one in past]) for name in names}
    figure = figure_of(rule.measure, now)
    values = [value for one in past if (value := figure_of(rule.measure, one)) is not None]
    return {"": (figure, values)} if figure is not None and values else {}


def figure_of(measure: str, column: ColumnMeasure) -> float | None:
    """Return a column's figure: "rows", "nulls" (a share) or "mean"."""
    if measure == "rows":
        return float(column.rows)
    if measure == "nulls":
        return (column.rows - column.filled) / column.rows if column.rows else 0.0
    return column.mean
