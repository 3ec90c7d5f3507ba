"""
Draw the rooms and who imports whom, measured from the code, into docs/pictures/imports.svg.

Run as `python -m tests.support.picture`.

A row is a layer of the house, the highest first; a line is at least one import from the upper room to the lower.
"""

from __future__ import annotations

import re
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs/pictures/imports.svg"
ROWS = (
    ("config",),
    ("faces.portal", "faces.window", "faces.office", "faces.cockpit"),
    ("faces.design", "faces.gateway"),
    ("contexts.assessment",),
    ("contexts.participation",),
    ("contexts.cases",),
    ("contexts.conformance",),
    ("contexts.licences", "contexts.exchange"),
    ("contexts.pool", "contexts.matters"),
    ("foundation.duties", "foundation.messages", "foundation.clocks", "foundation.files"),
    ("foundation.identity", "foundation.regions"),
    ("foundation.audit", "foundation.outbox"),
    ("plane", "client"),
    ("kernel",),
)
COLOURS = {"config": "#5b6470", "faces": "#0b6b5d", "contexts": "#9a3b26", "foundation": "#2f5d8a", "plane": "#6b4c8a"}
WIDTH, ROW, BOX, TALL = 980, 66, 150, 34


def imports() -> set[tuple[str, str]]:
    """Return which room imports which, each by its name in ROWS."""
    graph = grimp.build_graph("shudao", cache_dir=None)
    rooms = [room for row in ROWS for room in row]
    found = set()
    for module in graph.modules:
        upper = room_of(module, rooms)
        for other in graph.find_modules_directly_imported_by(module) if upper else ():
            lower = room_of(other, rooms)
            if lower and lower != upper:
                found.add((str(upper), lower))
    return found


def room_of(module: str, rooms: list[str]) -> str | None:
    """The room a module stands in."""
    name = module.removeprefix("shudao.")
    return next((room for room in rooms if name == room or name.startswith(room + ".")), None)


def draw(edges: set[tuple[str, str]]) -> str:
    """Return the picture as SVG, the same text for the same code."""
    centre = {}
    for depth, row in enumerate(ROWS):
        for place, room in enumerate(row):
            centre[room] = ((place + 0.5) * WIDTH / len(row), depth * ROW + 30)
    height = len(ROWS) * ROW + 10
    lines = []
    for upper, lower in sorted(edges):
        (x1, y1), (x2, y2) = centre[upper], centre[lower]
        colour = COLOURS.get(upper.split(".")[0], "#444")
        bend = (y1 + y2) / 2
        path = f"M{x1:.0f} {y1 + TALL / 2:.0f} C{x1:.0f} {bend:.0f} {x2:.0f} {bend:.0f} {x2:.0f} {y2 - TALL / 2:.0f}"
        lines.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity=".28" stroke-width="1.4"/>')
    for room, (x, y) in centre.items():
        colour = COLOURS.get(room.split(".")[0], "#444")
        box = f'x="{x - BOX / 2:.0f}" y="{y - TALL / 2:.0f}" width="{BOX}" height="{TALL}" rx="7"'
        lines.append(f'<rect {box} fill="#fff" stroke="{colour}" stroke-width="1.6"/>')
        label = re.sub(r"^(faces|contexts|foundation)\.", "", room)
        lines.append(f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" fill="{colour}">{label}</text>')
    body = "\n".join(lines)
    size = f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="15"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
    return f"{head}\n<title>Which room imports which</title>\n{body}\n</svg>\n"


if __name__ == "__main__":
    TARGET.write_text(draw(imports()), encoding="utf-8")
    print(TARGET.relative_to(ROOT))
