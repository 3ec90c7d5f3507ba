"""Documentation stays true because a test reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shudao.config.settings.registry import SETTINGS
from tests.support import decisions, picture

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "src/**/README.md", "deploy/**/*.md", "benchmarks/*.md")
    for path in ROOT.glob(pattern)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    broken = [
        target
        for target in re.findall(r"\]\(([^)#\s]+)", text)
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert not broken, f"broken links: {broken}"


def test_every_setting_is_documented_as_it_is() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = {
        match[0]: match for match in re.findall(r"^\| `(\w+)` \| `?([^`|]*?)`? ?\| ?(.*?) ?\| (.*) \|$", text, re.M)
    }
    assert set(rows) == {setting.name for setting in SETTINGS}
    for setting in SETTINGS:
        assert rows[setting.name] == (setting.name, setting.default, setting.unit, setting.help)


def test_the_picture_of_imports_is_the_codes() -> None:
    drawn = picture.draw(picture.imports())
    assert picture.TARGET.read_text(encoding="utf-8") == drawn, "run: python -m tests.support.picture"


def test_the_list_of_decisions_is_generated() -> None:
    assert decisions.INDEX.read_text(encoding="utf-8") == decisions.index(), "run: python -m tests.support.decisions"


def test_every_decision_has_its_parts() -> None:
    for path in decisions.records():
        text = path.read_text(encoding="utf-8")
        for part in ("**Status.**", "**Context.**", "**Decision.**", "**Alternatives.**", "**Consequences.**"):
            assert part in text, f"{path.name} lacks {part}"


def test_no_page_names_a_registry() -> None:
    for path in [*PAGES, *ROOT.glob("requirements/*"), ROOT / "package-lock.json"]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://\S*(/simple/|\.whl|/-/\S+\.tgz)", text), path
