"""Small line drawings of our own, 24 × 24, drawn in the text's colour."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


@cache
def drawings() -> dict[str, str]:
    """Return each drawing's SVG shapes by its name."""
    found: dict[str, str] = json.loads((Path(__file__).parent / "data" / "icons.json").read_text(encoding="utf-8"))
    return found


def svg(name: str) -> str:
    """Return the drawing as inline SVG that readers skip; an unknown name gives the sheet of paper."""
    shapes = drawings()
    return (
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{shapes.get(name, shapes["case"])}</svg>'
    )
