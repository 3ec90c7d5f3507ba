"""The silo map as a picture: providers left, users right, a line for each pair, as wide as its calls are many."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shudao.contexts.exchange.contracts.silos import Pair

WIDTH, ROW, EDGE, TOP = 720, 30, 215, 14
# More lines than these nobody can follow; the table has them all.
MOST = 60
_LONGEST = 13
_THIN, _WIDE = 1.0, 12.0


@dataclass(frozen=True, slots=True)
class Label:
    """A department's name beside its dot: short as drawn, whole for whoever points at it."""

    y: int
    short: str
    whole: str


@dataclass(frozen=True, slots=True)
class Line:
    """One pair: an SVG path, its width, whether it was called at all, and what it says."""

    path: str
    width: str
    called: bool
    provider: str
    user: str
    calls: int
    resources: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the template draws, in pixels."""

    width: int
    height: int
    left: int
    right: int
    providers: tuple[Label, ...]
    users: tuple[Label, ...]
    lines: tuple[Line, ...]
    left_out: int


def picture(pairs: Sequence[Pair], names: Mapping[str, str]) -> Picture | None:
    """Draw the pairs with most calls; None where there is none."""
    shown = pairs[:MOST]
    if not shown:
        return None
    providers = list(dict.fromkeys(pair.provider for pair in shown))
    users = list(dict.fromkeys(pair.user for pair in shown))
    most = max(pair.calls for pair in shown)
    rows = max(len(providers), len(users))
    left, right = EDGE, WIDTH - EDGE
    ys = {("p", code): _y(at, len(providers), rows) for at, code in enumerate(providers)}
    ys |= {("u", code): _y(at, len(users), rows) for at, code in enumerate(users)}
    lines = [
        Line(
            path=_curve(left + 6, ys["p", pair.provider], right - 6, ys["u", pair.user]),
            width=f"{_breadth(pair.calls, most):.1f}",
            called=pair.calls > 0,
            provider=names.get(pair.provider, pair.provider),
            user=names.get(pair.user, pair.user),
            calls=pair.calls,
            resources=pair.resources,
        )
        for pair in shown
    ]
    return Picture(
        width=WIDTH,
        height=2 * TOP + rows * ROW,
        left=left,
        right=right,
        providers=tuple(_label(ys["p", code], names.get(code, code)) for code in providers),
        users=tuple(_label(ys["u", code], names.get(code, code)) for code in users),
        lines=tuple(lines),
        left_out=len(pairs) - len(shown),
    )


def _y(at: int, count: int, rows: int) -> int:
    """The middle of a row; the shorter side is spread over the same height."""
    return TOP + round((at + 0.5) * rows * ROW / count)


def _breadth(calls: int, most: int) -> float:
    """By the logarithm: ten calls must be seen beside ten million."""
    if not calls:
        return _THIN
    return _THIN + (_WIDE - _THIN) * math.log1p(calls) / math.log1p(most)


def _curve(x1: int, y1: int, x2: int, y2: int) -> str:
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def _label(y: int, name: str) -> Label:
    return Label(y, name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…", name)
