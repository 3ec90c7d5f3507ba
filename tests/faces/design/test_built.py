"""What a first visit costs, and that the front end carries nobody else's brand."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BUILT = ROOT / "src" / "shudao" / "faces" / "design" / "static" / "built"
needs_build = pytest.mark.skipif(not (BUILT / "app.css").exists(), reason="the front end is not built here")


@needs_build
def test_style_and_script_of_every_page_leave_room_for_the_page_within_100_kilobytes() -> None:
    assert sum(len(gzip.compress((BUILT / name).read_bytes())) for name in ("app.css", "app.js")) < 60_000


@needs_build
def test_no_foreign_font_crown_or_host_is_asked_for() -> None:
    style = (BUILT / "app.css").read_text(encoding="utf-8")
    for foreign in ("GDS Transport", "crown", "url(http", "url(//", "@font-face", "@import"):
        assert foreign not in style


def test_the_lock_names_no_host_and_every_package_has_its_digest() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package.get("integrity"), name
