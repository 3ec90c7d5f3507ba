"""A real Chromium, driven by playwright: offline but for the loopback, the same flags as root and as anybody else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import chromium

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
]
_WCAG = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # the others are not read
}


def ways(*always: Any, more: Sequence[Any]) -> list[Any]:
    """
    In which language, at which width and so on a journey is made: `more` with SHUDAO_JOURNEYS=all.

    Every page is looked at in both languages and at both widths anyhow (tests/journeys/test_every_page.py).
    """
    return [*always, *(more if os.environ.get("SHUDAO_JOURNEYS") == "all" else ())]


@contextmanager
def browser() -> Iterator[Browser]:
    """Run one browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield running
        finally:
            running.close()


@contextmanager
def page(
    running: Browser, *, web: str, language: str = "zh-CN", width: int = 1280, scripts: bool = True
) -> Iterator[Page]:
    """Open one visitor's page: own cookies, own language, own width."""
    context = running.new_context(
        base_url=web,
        locale=language,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def accessible(visited: Page) -> list[str]:
    """What axe finds wrong on the page as it stands: one sentence a finding, empty when clean."""
    found = Axe().run(visited, options=_WCAG)
    return [
        f"{one['id']} ({one['impact']}): {one['help']} → {one['nodes'][0]['html'][:160]}"
        for one in found.response["violations"]
    ]


def overflow(visited: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide: int = visited.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
