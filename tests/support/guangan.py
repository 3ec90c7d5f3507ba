"""
What Guang'an District's real list holds, as counts: docs/guangan.md. The list itself stays outside the repository.

Run as `python -m tests.support.guangan` with SHUDAO_REFERENCE_DATA set; it needs no database.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from shudao.contexts.matters.rules import content, values
from shudao.contexts.matters.rules.matching import ENOUGH, Matcher

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs/guangan.md"
ITEMS = ROOT / "src/shudao/contexts/matters/data/items"
_BEFORE = """# The real list of Guang'an District

The service portal's list of Guang'an District (511602): 1,135 matters of 34 departments, taken in as `shudao matters
import` does. Counts alone stand here: the list stays outside the repository, and tests read it from the folder that
`SHUDAO_REFERENCE_DATA` names.
This page is written by `python -m tests.support.guangan`; a test holds the defects against the list.
"""
_AFTER = """
A row may have several defects. None is a reason to refuse a row of a province's list: each is kept as it came.
`dept-code` and `body-…` differ: the column of body codes and the body inside the matter's code are two fields, which
disagree.
"""


@dataclass(slots=True)
class Counted:
    """The counts of the list."""

    rows: int = 0
    refused: int = 0
    matched: int = 0
    exact: int = 0
    items: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    scores: Counter[str] = field(default_factory=Counter)


def list_file() -> Path | None:
    """The list, None where no reference data is at hand."""
    folder = os.environ.get("SHUDAO_REFERENCE_DATA", "")
    path = Path(folder) / "matters_guangan_511602.csv"
    return path if folder and path.is_file() else None


def counted(path: Path) -> Counted:
    """Judge every row as an import does, against the library's content files."""
    from shudao.contexts.matters.adapters import tables
    from shudao.contexts.matters.services.judging import Judge

    items = [content.item(yaml.safe_load(one.read_text(encoding="utf-8"))) for one in sorted(ITEMS.rglob("*.yaml"))]
    table = tables.read(path)
    judge = Judge(table, matcher=Matcher(items), known_areas={"511602000000"})
    found = Counted(items=len(items))
    for one in judge.judge(list(table.rows)):
        found.rows += 1
        found.refused += one.outcome.value == "refused"
        found.findings.update(each.rule for each in one.findings)
        if one.match:
            found.matched += 1
            found.exact += one.match.reasons[0] in ("code", "name-same")
            found.scores[_band(one.match.score)] += 1
    return found


def written(found: Counted) -> str:
    """The page."""
    taken = found.rows - found.refused
    lines = [
        _BEFORE,
        "| rows | imported | refused | matched | unmatched |\n|---|---|---|---|---|",
        f"| {found.rows} | {taken} | {found.refused} | {found.matched} | {taken - found.matched} |",
        f"\nMatched against {found.items} basic items; {ENOUGH} is enough, {found.exact} rows have the very name.\n",
        "| score | rows |\n|---|---|",
        *(f"| {band} | {found.scores[band]} |" for band in sorted(found.scores, reverse=True)),
        "\n## Defects\n\n| rule | what | rows |\n|---|---|---|",
        *(
            f"| {rule} | {values.label('import_rule', rule).zh} · {values.label('import_rule', rule).en} | {count} |"
            for rule, count in sorted(found.findings.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
        _AFTER,
    ]
    return "\n".join(lines)


def _band(score: float) -> str:
    return "1.0" if score == 1 else f"{int(score * 10) / 10:.1f}–{int(score * 10) / 10 + 0.1:.1f}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
    import django

    django.setup()
    path = list_file()
    if path is None:
        raise SystemExit("SHUDAO_REFERENCE_DATA names no folder with the list")
    TARGET.write_text(written(counted(path)), encoding="utf-8")
