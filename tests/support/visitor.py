"""Somebody at a browser: goes to pages, signs in, fills in forms, and looks at every page it comes to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.support.browser import accessible, overflow

_PICTURES = os.environ.get("SHUDAO_PICTURES", "")


@dataclass
class Visitor:
    """One person at one browser window."""

    page: Page
    name: str
    scripts: bool = True
    seen: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Open an address and look."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"
        self.look()

    def press(self, selector: str) -> None:
        """Press a button or follow a link to another page, and look."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def look(self) -> None:
        """The page is whole: it fits its window, axe finds nothing, and nothing untranslated shows."""
        where = f"{self.name} at {self.page.url}"
        self.seen.append(self.page.url)
        if _PICTURES:
            count = len(self.seen)
            self.page.screenshot(path=str(Path(_PICTURES) / f"{self.name}-{count:02d}.png"), full_page=True)
        assert overflow(self.page) <= 0, f"{where} is {overflow(self.page)} px wider than its window"
        if self.scripts:  # axe is a script itself
            found = accessible(self.page)
            assert not found, f"{where}: " + "; ".join(found)

    def sign_in(self, username: str, password: str, then: str = "") -> None:
        """Sign in by the form. Nobody looks at it again: it is one of everybody's pages."""
        self.page.goto(f"/sign-in/?next={then}" if then else "/sign-in/")
        self.page.fill("#f-username", username)
        self.page.fill("#f-password", password)
        with self.page.expect_navigation():
            self.page.locator("main form button").first.click()

    def fill(self, data: dict[str, Any]) -> None:
        """Fill in a form by its entries' names: text, choices, dates, yes and no."""
        for name, value in data.items():
            self._fill_one(name, value)

    def _fill_one(self, name: str, value: Any) -> None:
        if isinstance(value, bool):
            value = "true" if value else "false"
        entry = self.page.locator(f'[name="{name}"]')
        if not entry.count():
            for part, digits in zip(("year", "month", "day"), str(value).split("-"), strict=True):
                self.page.fill(f'[name="{name}-{part}"]', digits)
        elif entry.first.get_attribute("type") == "radio":
            self.page.locator(f'[name="{name}"][value="{value}"]').check(force=True)
        elif entry.first.evaluate("element => element.tagName") == "SELECT":
            entry.first.select_option(str(value))
        else:
            entry.first.fill(str(value))
