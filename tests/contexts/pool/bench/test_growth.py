"""The growth curve: drawn from runs, its table between marks that a second drawing finds again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks import pool_growth


def run(rows: int) -> dict[str, Any]:
    """What a run prints, as far as the picture needs it."""
    figures = {"rows_per_cpu_s": 250_000, "lookup_cpu_us": 9.5, "bytes_per_row": 31.25, "peak_mb": 2048.0}
    figures |= {"profile_cpu_s": 4.0, "unique_cpu_s": 2.0, "join_cpu_s": 1.0, "lookups_per_s": 150_000}
    machine = {"cpu": "some", "cores": 2, "memory_gib": 23, "python": "3.11", "duckdb": "2.0.0"}
    return {
        **{"rows": rows, "batches": 1, "seed": 1, "machine": machine},
        "figures": {**figures, "lookup_p99_ms": 0.05, "upsert_visible_s": None},
    }


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    """Two runs, the larger first."""
    paths = [tmp_path / "large.json", tmp_path / "small.json"]
    for path, rows in zip(paths, (1_000_000_000, 10_000_000), strict=True):
        path.write_text(json.dumps(run(rows)), "utf-8")
    return [str(path) for path in paths]


def test_the_picture_has_every_curve_and_size(runs: list[str], tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Figures\n", "utf-8")
    pool_growth.main([*runs, "--picture", str(tmp_path / "p.svg"), "--page", str(page)])
    texts = [one.text for one in ElementTree.parse(tmp_path / "p.svg").iter() if one.tag.endswith("text")]  # noqa: S314
    assert {"10 M", "1 B", "31.2", "9.5", "2,048", "at most 36", "at most 4,096"} <= set(texts)
    assert {curve.title for curve in pool_growth.CURVES} <= {str(text).split(",")[0] for text in texts}


def test_drawing_again_replaces_the_table(runs: list[str], tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Figures\n\n{pool_growth.BEGIN}\nold\n{pool_growth.END}\n\n## Next\n", "utf-8")
    for _ in range(2):
        pool_growth.main([*runs, "--picture", str(tmp_path / "p.svg"), "--page", str(page)])
    text = page.read_text("utf-8")
    assert "old" not in text
    assert text.count("| 10,000,000 |") == text.count("| 1,000,000,000 |") == text.count("## Next") == 1
    assert text.index("10,000,000") < text.index("1,000,000,000")
