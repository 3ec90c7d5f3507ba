"""Files stay under 400 lines and functions under 50: what is larger holds more than one thing (STYLE 3.5)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "verify", "benchmarks", "demo")
SOURCES = [
    ROOT / "run.py",
    *(path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts),
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_file_holds_one_thing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400, "split the file by what it does"
    too_long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 50
    ]
    assert not too_long, f"functions over 50 lines: {', '.join(too_long)}"


def test_packages_start_empty() -> None:
    """An import path names the module that defines the thing; only doors, contracts and models gather."""
    gathering = {"api", "models", "contracts"}
    starts = [path for path in SOURCES if path.name == "__init__.py" and "src" in path.parts]
    full = [path for path in starts if path.parent.name not in gathering and path.read_text().strip()]
    assert not full, f"not empty: {full}"


def test_no_rag_bags() -> None:
    """A name says what is inside."""
    banned = {"utils", "util", "helpers", "misc", "common"}
    assert not [path for path in SOURCES if path.stem in banned or banned & set(path.parts)]
