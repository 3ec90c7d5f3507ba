"""A matter manager takes in a list from elsewhere: looked at, let begin, done by a job, read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.contexts.matters.lists import row, written
from tests.support.browser import page, ways
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("installation")]
WORDS = {
    "zh-CN": ("这是预览", "缺少前导零", "已导入", "没有主项"),
    "en-GB": ("This is a preview", "lost its leading zero", "Taken in", "No main item"),
}


@pytest.mark.parametrize(("language", "width"), ways(("zh-CN", 1280), ("en-GB", 320), more=[("zh-CN", 320)]))
def test_a_list_comes_in(
    installation: Installation, chromium_running: Browser, tmp_path: Path, language: str, width: int
) -> None:
    preview, zero, done, main = WORDS[language]
    number = width  # so that no two journeys bring the same rows
    rows = [row(number, name="结婚登记"), row(number + 1, name="=1+1", main_item=""), row(number + 2, task_type="7")]
    path = written(tmp_path / f"list-{language}-{width}.csv", rows)
    with page(chromium_running, web=installation.web, language=language, width=width) as tab:
        visitor = Visitor(tab, f"import-{language}-{width}")
        visitor.sign_in("manager", installation.password)
        visitor.go("/office/matters/")
        visitor.press('a[href="/office/imports/"]')
        tab.set_input_files("input[name=file]", path)
        visitor.press("main form[enctype] button")
        expect(tab.locator("main")).to_contain_text(preview)
        expect(tab.locator("main")).to_contain_text(zero)
        visitor.press("main form[method=post] button")
        until = time.monotonic() + 60
        while done not in tab.locator("main").inner_text() and time.monotonic() < until:
            time.sleep(1)
            tab.reload()
        expect(tab.locator("main")).to_contain_text(done)
        expect(tab.locator("main")).to_contain_text("=1+1")
        visitor.press("main ul.govuk-list--bullet a")
        expect(tab.locator("main")).to_contain_text(main)
