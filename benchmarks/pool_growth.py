"""
Draw how the pool grows: `python -m benchmarks.pool_growth RUN.json…`, each printed by `shudao pool bench --json`.

Writes docs/pictures/pool-growth.svg and puts the table of the same figures into docs/performance.md, between its marks.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PICTURE, PAGE = ROOT / "docs/pictures/pool-growth.svg", ROOT / "docs/performance.md"
BEGIN, END = "<!-- pool-growth: written by benchmarks/pool_growth.py -->", "<!-- /pool-growth -->"
_GROWTH = 1.5  # by how much a look-up and a row's ingest may grow
_PANEL, _EDGE = (330, 190), 46
_INK, _LINE, _GOAL, _PALE = "#2b2b2b", "#9a3b26", "#3f6f52", "#d9d2c7"
Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Curve:
    """One figure over the number of rows; `goal` gives the line to stay under, of the curve's first value."""

    title: str
    unit: str
    value: Callable[[Run], float]
    goal: Callable[[float], float]


CURVES = (
    Curve(
        "Taking a row in", "CPU µs", lambda run: 1e6 / run["figures"]["rows_per_cpu_s"], lambda first: first * _GROWTH
    ),
    Curve("One look-up", "CPU µs", lambda run: run["figures"]["lookup_cpu_us"], lambda first: first * _GROWTH),
    Curve("A row on disk", "bytes", lambda run: run["figures"]["bytes_per_row"], lambda first: 36.0),
    Curve("Most memory held", "MiB", lambda run: run["figures"]["peak_mb"], lambda first: 4096.0),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the runs, draw, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--picture", type=Path, default=PICTURE)
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    runs = sorted((json.loads(path.read_text("utf-8")) for path in options.runs), key=lambda run: int(run["rows"]))
    options.picture.write_text(picture(runs), "utf-8")
    text = options.page.read_text("utf-8")
    options.page.write_text(placed(text, table(runs)), "utf-8")


def picture(runs: Sequence[Run]) -> str:
    """Return the SVG: four curves, two beside two."""
    width, height = 2 * _PANEL[0] + 20, 2 * _PANEL[1] + 20
    panels = [
        _panel(curve, runs, 10 + place % 2 * _PANEL[0], 10 + place // 2 * _PANEL[1])
        for place, curve in enumerate(CURVES)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11" fill="{_INK}" role="img"><title>How the pool grows with its rows</title>'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{"".join(panels)}</svg>\n'
    )


def _panel(curve: Curve, runs: Sequence[Run], left: int, top: int) -> str:
    values = [curve.value(run) for run in runs]
    goal = curve.goal(values[0])
    highest = max(*values, goal) * 1.15
    lowest, largest = math.log10(runs[0]["rows"]), math.log10(runs[-1]["rows"])

    def across(rows: int) -> float:
        share = (math.log10(rows) - lowest) / (largest - lowest) if largest > lowest else 0.5
        return left + _EDGE + share * (_PANEL[0] - 2 * _EDGE)

    def up(value: float) -> float:
        return top + _PANEL[1] - 30 - value / highest * (_PANEL[1] - 66)

    points = [(across(run["rows"]), up(value)) for run, value in zip(runs, values, strict=True)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    parts = [
        _text(left + _EDGE - 16, top + 18, f"{curve.title}, {curve.unit}", weight="bold"),
        _stroke(left + _EDGE - 16, up(0), left + _PANEL[0] - 20, up(0), _PALE),
        _stroke(left + _EDGE - 16, up(goal), left + _PANEL[0] - 20, up(goal), _GOAL, dashes="4 3"),
        _text(left + _PANEL[0] - 20, top + 18, f"at most {_short(goal)}", anchor="end", fill=_GOAL),
        f'<polyline points="{path}" fill="none" stroke="{_LINE}" stroke-width="2"/>',
    ]
    for run, value, (x, y) in zip(runs, values, points, strict=True):
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_LINE}"/>')
        parts.append(_text(x, y - 7, _short(value), anchor="middle"))
        parts.append(_text(x, up(0) + 14, _rows(run["rows"]), anchor="middle"))
    return "".join(parts)


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashed}/>'


def _text(x: float, y: float, text: str, *, anchor: str = "start", weight: str = "", fill: str = "") -> str:
    more = "".join(f' {name}="{value}"' for name, value in (("font-weight", weight), ("fill", fill)) if value)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(text)}</text>'


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _rows(rows: int) -> str:
    for unit, size in (("B", 10**9), ("M", 10**6), ("k", 10**3)):
        if rows >= size:
            return f"{rows / size:g} {unit}"
    return str(rows)


def table(runs: Sequence[Run]) -> str:
    """Return the figures in Markdown, a line a run."""
    columns: dict[str, Callable[[Run], str]] = {
        "rows": lambda run: f"{run['rows']:,}",
        "deliveries": lambda run: str(run["batches"]),
        "rows / CPU s": lambda run: f"{run['figures']['rows_per_cpu_s']:,}",
        "bytes a row": lambda run: f"{run['figures']['bytes_per_row']:.1f}",
        "ten rules, CPU s": lambda run: f"{run['figures']['profile_cpu_s']:.1f}",
        "uniqueness, CPU s": lambda run: f"{run['figures']['unique_cpu_s']:.1f}",
        "join, CPU s": lambda run: f"{run['figures']['join_cpu_s']:.1f}",
        "look-ups/s": lambda run: f"{run['figures']['lookups_per_s']:,}",
        "p99 ms": lambda run: f"{run['figures']['lookup_p99_ms']:.3f}",
        "CPU µs": lambda run: f"{run['figures']['lookup_cpu_us']:.1f}",
        "1 % upsert visible, s": lambda run: _or_dash(run["figures"]["upsert_visible_s"]),
        "peak MiB": lambda run: f"{run['figures']['peak_mb']:,.0f}",
    }
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(write(run) for write in columns.values()) for run in runs]
    machine = runs[-1]["machine"]
    told = f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, Python {machine['python']}"
    told += f", DuckDB {machine['duckdb']}; `shudao pool bench --rows N --batches K`, seed {runs[-1]['seed']}."
    return "\n".join(
        [*(f"| {line} |" for line in lines), "", told, "", "![How the pool grows](pictures/pool-growth.svg)"]
    )


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def placed(text: str, figures: str) -> str:
    """Return the page with the figures between their marks; a page without marks gets a section at its end."""
    if BEGIN not in text:
        text = f"{text.rstrip()}\n\n## P3 Pool: growth\n\n{BEGIN}\n{END}\n"
    head, rest = text.split(BEGIN, 1)
    return f"{head}{BEGIN}\n{figures}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    main()
