"""A data officer finds the rows that a delivery set aside, opens one for a reason, corrects it: with scripts or not."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import page, ways
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("installation")]


@pytest.mark.parametrize(
    ("language", "width", "scripts"), ways(("zh-CN", 320, True), more=[("en-GB", 1280, True), ("zh-CN", 320, False)])
)
def test_from_the_delivery_to_the_corrected_row(
    installation: Installation, chromium_running: Browser, language: str, width: int, scripts: bool
) -> None:
    with page(chromium_running, web=installation.web, language=language, width=width, scripts=scripts) as tab:
        visitor = Visitor(tab, f"data-police-rows-{language}-{width}-{scripts}", scripts=scripts)
        visitor.sign_in("data-police", installation.password)
        visitor.go("/office/quality/population/")
        visitor.press("tbody a")
        visitor.press('a[href$="/rows/"]')
        visitor.press('main a[href*="/rows/"]')
        tab.fill("#f-reason", "看")
        visitor.press("main form button")
        assert tab.locator(".govuk-error-message").count() == 1
        tab.fill("#f-reason", "核对原始登记表")
        visitor.press("main form button")
        assert tab.locator('input[name^="v-"]').count() > 5
        tab.fill("#f-v-status", "不详")
        visitor.press("main form button")
        assert tab.locator(".govuk-error-summary").count() == 1
        assert tab.input_value("#f-v-status") == "不详"
