"""
A data officer's week: a sample becomes a contract, a dirty file a duty, its correction a better score that calls carry.

At last somebody who is in it leaves. In Chinese at a desk, in English on a narrow screen.
"""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, FilePayload, Page

from demo.numbers import resident_ids, wrong_check
from shudao.client.calls import Answer, Refused
from tests.support import sharing
from tests.support.asking import one_window, service
from tests.support.browser import page, ways
from tests.support.browserless import Caller
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("installation")]
OFFICER = "data-police"
ROWS = 60
WRONG_DIGIT, UNKNOWN_CLASS, NO_SEX = 5, 7, 9
TITLES = {
    "resident_id": ("公民身份号码", "Resident ID"),
    "birth_date": ("出生日期", "Date of birth"),
    "sex": ("性别", "Sex"),
    "class": ("准驾车型", "Class"),
}
WORDS = {
    "zh-CN": ("驾驶人", "准驾车型：代码表", "公安厅", "已办结", "隔离 2 条，已修复 1 条"),
    "en-GB": ("Drivers", "Class: Code list", "Public Security", "Completed", "2 rows set aside, 1 rep"),
}


@dataclass
class Officer:
    """The officer at work: the browser, the dataset, the register as it is."""

    visitor: Visitor
    code: str
    rows: list[list[str]]

    @property
    def tab(self) -> Page:
        return self.visitor.page

    @property
    def text(self) -> str:
        """What the page's own part says."""
        return self.tab.locator("main").inner_text()

    def go(self, address: str) -> None:
        """Open a page, and look at it the first time: looking takes a second."""
        if any(one.endswith(address) for one in self.visitor.seen):
            answer = self.tab.goto(address)
            assert answer is not None
            assert answer.ok, address
        else:
            self.visitor.go(address)

    def deliver(self, rows: list[list[str]], mode: str) -> str:
        """Deliver a file; return the address of its batch."""
        self.go(f"/office/quality/{self.code}/deliver/")
        self.tab.locator(f'[name="mode"][value="{mode}"]').check(force=True)
        self.tab.set_input_files("#f-file", file(rows))
        self.visitor.press("main form .govuk-button")
        return self.tab.url

    def await_score(self, many: int) -> None:
        """Wait until so many deliveries are scored, then look at the dataset's page."""
        address = f"/office/quality/{self.code}/"
        deadline = time.monotonic() + 20
        while self.tab.goto(address) and self.tab.locator("tbody tr").count() < many:
            assert time.monotonic() < deadline, self.text
            time.sleep(0.2)
        self.visitor.look()

    def totals(self) -> list[float]:
        """The deliveries' scores, newest first."""
        return [float(one.rstrip("%")) for one in self.tab.locator("tbody tr td:first-of-type").all_inner_texts()]


def register() -> list[list[str]]:
    """Drivers who are nobody: identifier, date of birth, sex, class."""
    make, rows = resident_ids(), []
    for number in range(ROWS):
        born, female = date(1960, 1, 5) + timedelta(days=211 * number), number % 2 == 0
        rows.append([make(7, born, female), born.isoformat(), "女" if female else "男", "甲" if number % 3 else "乙"])
    return rows


def file(rows: list[list[str]]) -> FilePayload:
    """A file as an old system writes it."""
    text = io.StringIO()
    csv.writer(text).writerows([["resident_id", "birth_date", "sex", "class"], *rows])
    return FilePayload(name="drivers.csv", mimeType="text/csv", buffer=text.getvalue().encode("gb18030"))


def spoilt(rows: list[list[str]]) -> list[list[str]]:
    """The same with three rows that break a rule each."""
    dirty = [list(row) for row in rows]
    dirty[WRONG_DIGIT][0] = wrong_check(dirty[WRONG_DIGIT][0])
    dirty[UNKNOWN_CLASS][3] = "丁"
    dirty[NO_SEX][2] = ""
    return dirty


@pytest.mark.parametrize(("language", "width"), ways(("en-GB", 320), more=[("zh-CN", 1280)]))
def test_from_a_sample_to_somebody_who_leaves(
    installation: Installation, chromium_running: Browser, language: str, width: int
) -> None:
    called, class_rule, department, closed, left = WORDS[language]
    with page(chromium_running, web=installation.web, language=language, width=width) as tab:
        visitor = Visitor(tab, f"data-officer-{language}-{width}")
        officer = Officer(visitor, f"drivers-{language[:2]}", register())
        visitor.sign_in(OFFICER, installation.password)
        make_contract(officer)
        assert called in officer.text
        batch = officer.deliver(spoilt(officer.rows), "full")
        assert class_rule in officer.text
        assert masked(officer)
        officer.await_score(1)
        owed = tab.locator("main section.sd-card")
        assert owed.count() == 3
        assert department in owed.first.inner_text()
        assert masked(officer)
        visitor.go("/office/duties/?state=open")
        repair_by_hand(officer, batch)
        officer.deliver(officer.rows, "full")
        officer.await_score(2)
        better, worse = officer.totals()
        assert better > worse
        assert officer.text.count(closed) == 3

        resource = sharing.share(installation, officer.code, OFFICER)
        somebody = officer.rows[UNKNOWN_CLASS][0]
        with closing(one_window(installation.home, installation.gateway)) as client:
            name = service(installation.home, resource)

            def ask() -> Answer:
                return client.call(name, somebody, ("class", "sex"), "handling", case="51000020261124000001")

            answer = eventually(ask, lambda one: one.score is not None)
            assert answer.data == {"class": "甲", "sex": officer.rows[UNKNOWN_CLASS][2]}
            assert round(100 * (answer.score or 0), 1) == better
            assert answer.as_of[:10] >= "2026-01-01"
            assert answer.snapshot == 3
            erase(officer, somebody)
            assert not eventually(ask, lambda one: not one.found).found
        officer.go(f"{batch}rows/")
        assert left in officer.text
        visitor.go(f"/office/datasets/{officer.code}/snapshots/1/")
        assert somebody not in tab.content()
    auditor = Caller(installation.web)
    auditor.sign_in("audit", installation.password, then="/office/audit/")
    assert "个人数据已删除" in auditor.get("/office/audit/").text


def make_contract(officer: Officer) -> None:
    """From the sample over what is proposed, edited, to a dataset."""
    visitor, tab = officer.visitor, officer.tab
    visitor.go("/office/quality/")
    visitor.press('main a[href$="/propose/"]')
    visitor.press("main form .govuk-button")
    assert tab.locator(".govuk-error-summary").count() == 1
    tab.fill("#f-code", officer.code)
    tab.set_input_files("#f-file", file(officer.rows))
    visitor.press("main form .govuk-button")
    assert "resident_id.check_digit" in officer.text
    proposed = tab.input_value("#f-contract")
    tab.fill("#f-contract", proposed.replace("check: resident", "check: nobody", 1))
    visitor.press("main form .govuk-button")
    assert tab.locator(".govuk-error-summary").count() == 1
    edited = proposed.replace(f"zh: {officer.code}\n  en: {officer.code}", "zh: 驾驶人\n  en: Drivers", 1)
    for name, (zh, en) in TITLES.items():
        edited = edited.replace(f"zh: {name}\n    en: {name}", f"zh: {zh}\n    en: {en}", 1)
    tab.fill("#f-contract", re.sub(r"((  - [甲乙]\n){2})", r"\1  - 丙\n", edited, count=1))
    visitor.press("main form .govuk-button")
    assert tab.url.endswith(f"/office/quality/{officer.code}/")


def repair_by_hand(officer: Officer, batch: str) -> None:
    """Open the first row that was set aside, for a reason, and correct it."""
    visitor, tab = officer.visitor, officer.tab
    officer.go(batch)
    visitor.press('main a[href$="/rows/"]')
    visitor.press('main a[href*="/rows/"]')
    tab.fill("#f-reason", "核对原始登记表")
    visitor.press("main form button")
    wrong = tab.input_value("#f-v-resident_id")
    assert wrong == wrong_check(officer.rows[WRONG_DIGIT][0])
    visitor.press("main form button")
    assert tab.locator(".govuk-error-summary").count() == 1
    assert tab.input_value("#f-v-resident_id") == wrong, "what was typed stays"
    tab.fill("#f-v-resident_id", officer.rows[WRONG_DIGIT][0])
    visitor.press("main form button")
    assert tab.url.endswith("/rows/")


def erase(officer: Officer, somebody: str) -> None:
    """Let one person leave, from this dataset alone."""
    visitor, tab = officer.visitor, officer.tab
    visitor.go("/office/erasures/")
    for choice in tab.locator('[name="datasets"]').all():
        choice.set_checked(choice.get_attribute("value") == officer.code, force=True)
    tab.fill("#f-identifier", somebody)
    visitor.press("main form button")
    assert tab.locator(".govuk-error-summary").count() == 1, "a reason is owed"
    assert tab.input_value("#f-identifier") == somebody
    tab.fill("#f-reason", "本人申请，受理单 12 号")
    visitor.press("main form button")
    assert somebody in officer.text
    visitor.press('button[value="erase"]')
    assert tab.url.endswith("/office/erasures/")
    assert somebody not in tab.content()
    assert tab.locator("tbody tr").count() >= 1


def masked(officer: Officer) -> bool:
    """Whether the page shows rows, and no identifier of the register whole."""
    shown = officer.tab.content()
    known = {row[0] for row in (*officer.rows, *spoilt(officer.rows))}
    return "***" in shown and known.isdisjoint(re.findall(r"\d{17}[\dX]", shown))


def eventually(ask: Callable[[], Answer], true: Callable[[Answer], bool]) -> Answer:
    """The gateway's answer once it has followed what changed: it looks twice a second."""
    deadline = time.monotonic() + 15
    while True:
        try:
            answer = ask()
            if true(answer):
                return answer
        except Refused:
            if time.monotonic() > deadline:
                raise
        assert time.monotonic() < deadline
        time.sleep(0.2)
