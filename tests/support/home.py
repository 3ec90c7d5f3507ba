"""
Give the test run a home of its own before any setting is read.

Loaded by `-p tests.support.home`: pytest-django reads the settings before the first conftest.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_made: list[Path] = []

if "SHUDAO_TEST_HOME" not in os.environ:
    folder = Path(tempfile.mkdtemp(prefix="shudao-test-"))
    _made.append(folder)
    os.environ["SHUDAO_TEST_HOME"] = str(folder)
worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["SHUDAO_HOME"] = str(Path(os.environ["SHUDAO_TEST_HOME"]) / worker)
os.environ.setdefault("SHUDAO_SECRET_KEY", "only-for-tests-" + "x" * 40)
Path(os.environ["SHUDAO_HOME"]).mkdir(parents=True, exist_ok=True)


def pytest_unconfigure() -> None:
    """Remove what this process made."""
    for path in _made:
        shutil.rmtree(path, ignore_errors=True)
