"""
A department needs data, is refused, wins its dispute and uses them for a case; the citizen sees it and objects.

Then one entry of the data proves wrong and is corrected. In Chinese at a desk, in English on a narrow screen.
"""

from __future__ import annotations

import base64
import csv
import io
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import pytest
from playwright.sync_api import Browser, FilePayload

from demo.accounts import COUNTY
from demo.people import Person, demo_people, roles
from demo.places import Place
from demo.populations import POPULATION as COLUMNS
from shudao.client.calls import Answer, Client, Refused
from shudao.client.keys import SystemKey
from shudao.kernel import signing
from tests.support.asking import POPULATION, service
from tests.support.browser import page, ways
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]
# What the register says of the citizen, and what she says it should say.
RIGHT = {"zh-CN": "彝族", "en-GB": "藏族"}
SEEN = {
    "zh-CN": ("民政厅", "姓名、出生日期", "我没有申请过高龄津贴", "已更正"),
    "en-GB": ("Civil Affairs", "Name, Date of birth", "我没有申请过高龄津贴", "Corrected"),
}
Enter = Callable[[str], AbstractContextManager[Visitor]]


@pytest.mark.parametrize(("language", "width"), ways(("zh-CN", 1280), more=[("en-GB", 320)]))
def test_from_a_need_to_a_corrected_entry(
    busy_installation: Installation, chromium_running: Browser, language: str, width: int
) -> None:
    @contextmanager
    def enter(username: str) -> Iterator[Visitor]:
        with page(chromium_running, web=busy_installation.web, language=language, width=width) as tab:
            visitor = Visitor(tab, f"{language}-{width}-{time.monotonic_ns() // 10**9}-{username}")
            visitor.sign_in(username, busy_installation.password)
            yield visitor

    citizen = dict(roles(demo_people([Place(COUNTY[:6] + "001001", "四川省成都市锦江区", "锦江区", "成都市")])))[
        "applicant"
    ]
    system, key = register(enter, f"benefits-{language[:2]}-{width}")
    request = ask(enter, system)
    refuse(enter, request)
    dispute(enter, request)
    grant(enter)
    use(busy_installation, system, key, citizen)
    department, fields, objection, corrected = SEEN[language]
    with enter("wang") as wang:
        wang.go("/my/data-use/")
        first = wang.page.locator("tbody tr").first.inner_text()
        assert department in first
        assert fields in first
        assert busy_installation.story_case in first, "it is her own case, so it is named"
        wang.press('tbody tr a[href*="/my/data-use/"]')
        wang.fill({"tone": "objection", "text": objection})
        wang.press("main form .govuk-button")
        wrong = say_it_is_wrong(wang, RIGHT[language])
    answer(enter, objection)
    correct(enter, citizen, wrong, RIGHT[language])
    with enter("wang") as wang:
        wang.go("/my/data-use/")
        assert "为核对子女户籍" in wang.page.locator("tbody tr").first.inner_text(), "answered on the row itself"
        wang.go(f"/my/corrections/{wrong}/")
        assert corrected in wang.page.locator("main").inner_text()
        wang.go("/my/messages/")


def register(enter: Enter, name: str) -> tuple[str, SystemKey]:
    """Civil affairs registers a system of its own with a key; return its identifier and the key."""
    scheme = signing.scheme(signing.DEFAULT)
    key = SystemKey(f"{name}-1", signing.DEFAULT, scheme.new_secret())
    with enter("data-civil") as civil:
        civil.go("/office/systems/")
        civil.fill({"name": name, "subsystem": name})
        civil.press('main form[method="post"] .govuk-button')
        system = civil.page.url.split("/office/systems/")[1].strip("/")
        civil.fill({"key_id": key.id, "public_key": public_of(key), "valid_to": "2027-11-24"})
        civil.press('button[name="act"][value="add"]')
        assert key.id in civil.page.locator("main").inner_text()
    return system, key


def public_of(key: SystemKey) -> str:
    """The public key as the form takes it."""

    return base64.b64encode(signing.scheme(key.algorithm).public_of(key.secret)).decode()


def ask(enter: Enter, system: str) -> str:
    """Civil affairs finds the resource in the catalogue and asks for it; return the request's number."""
    with enter("data-civil") as civil:
        civil.go("/office/resources/")
        civil.press(f'a[href="/office/resources/{POPULATION}/ask/"]')
        civil.press("main form .govuk-button")
        assert civil.page.locator(".govuk-error-summary").count() == 1
        for name in ("name", "birth_date"):
            civil.page.locator(f'[name="fields"][value="{name}"]').check(force=True)
        civil.fill({"system": system, "purpose": "handling", "scenario": "高龄津贴受理时核对身份"})
        civil.fill({"legal_basis": "国务院令第716号第七条"})
        civil.press("main form .govuk-button")
        return civil.page.url.rstrip("/").rpartition("/")[2]


def refuse(enter: Enter, request: str) -> None:
    """The police refuse, with their basis."""
    with enter("data-police") as police:
        police.go("/office/requests/?state=pending")
        police.press(f'a[href="/office/requests/{request}/"]')
        police.fill({"decision": "refuse", "opinion": "用途不明", "basis": "条例第八条"})
        police.press("main form .govuk-button")


def dispute(enter: Enter, request: str) -> None:
    """Civil affairs goes to the data bureau, which finds for it."""
    with enter("data-civil") as civil:
        civil.go(f"/office/requests/{request}/")
        civil.press('a[href*="/office/disputes/new/"]')
        civil.page.fill("#f-reason", "高龄津贴按年龄发放，不核对出生日期无法办理。")
        civil.press("main form .govuk-button")
        address = civil.page.url
    with enter("bureau") as bureau:
        bureau.go("/office/disputes/?state=open")
        bureau.press(f'a[href="/{address.split("/", 3)[3]}"]')
        bureau.fill({"verdict": "upheld", "opinion": "用途明确，依据充分。"})
        bureau.press("main form .govuk-button")
    with enter("data-police") as police:
        police.go(address)
        police.press(f'main dl a[href^="/office/requests/"]:not([href*="{request}"])')
        decide(police)


def grant(enter: Enter) -> None:
    """The right now stands in the list that both sides see."""
    with enter("data-civil") as civil:
        civil.go("/office/grants/")
        assert civil.page.locator("main").inner_text().count("benefits-") >= 1


def decide(police: Visitor) -> None:
    """Grant what the bureau sent back."""
    police.fill({"decision": "grant", "opinion": "按裁决同意"})
    police.press("main form .govuk-button")


def use(installation: Installation, system: str, key: SystemKey, citizen: Person) -> None:
    """The system asks for the case; the gateway follows the grant in a moment."""
    with closing(Client(installation.gateway, system, key)) as client:
        name, deadline = service(installation.home), time.monotonic() + 30

        def call() -> Answer:
            case = installation.story_case
            return client.call(name, citizen.resident_id, ("name", "birth_date"), "handling", case=case)

        while True:
            try:
                answered = call()
                break
            except Refused:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
    assert answered.data == {"name": citizen.name, "birth_date": citizen.born.isoformat()}


def say_it_is_wrong(wang: Visitor, right: str) -> str:
    """From the row to the objection to an entry; return its number."""
    wang.press('a[href*="/my/corrections/new/"]')
    wang.fill({"field": "ethnicity", "wrong": "汉族", "right": right, "why": "户口簿登记如此"})
    wang.press("main form .govuk-button")
    return wang.page.url.rstrip("/").rpartition("/")[2]


def answer(enter: Enter, objection: str) -> None:
    """Civil affairs owes an answer within ten working days; it stands among its duties."""
    with enter("data-civil") as civil:
        civil.go("/office/questions/?state=open")
        civil.press('main table a[href^="/office/questions/"]')
        assert objection in civil.page.locator("main").inner_text()
        civil.page.fill("#f-answer", "为核对子女户籍办理高龄津贴代领。")
        civil.press("main form .govuk-button")


def correct(enter: Enter, citizen: Person, number: str, right: str) -> None:
    """The police deliver the row anew; only then the entry can be called corrected."""
    with enter("data-police") as police:
        police.go(f"/office/corrections/{number}/")
        verdict = {"verdict": "corrected", "opinion": "已按户口簿更正"}
        police.fill(verdict)
        police.press("main form:has([name=verdict]) .govuk-button")
        assert police.page.locator(".govuk-error-summary").count() == 1, "it is not right yet"
        police.go("/office/quality/population/deliver/")
        police.page.locator('[name="mode"][value="upsert"]').check(force=True)
        police.page.set_input_files("#f-file", delivered(citizen, right))
        police.press("main form .govuk-button")
        police.go(f"/office/corrections/{number}/")
        police.fill(verdict)
        police.press("main form:has([name=verdict]) .govuk-button")
        assert police.page.locator(".govuk-error-summary").count() == 0


def delivered(citizen: Person, right: str) -> FilePayload:
    """The register's one row about her."""
    row = [citizen.resident_id, citizen.name, "女" if citizen.female else "男", citizen.born.isoformat(), right]
    row += [citizen.address, citizen.place.code, citizen.household, citizen.marital, citizen.status]
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, row])
    return FilePayload(name="population.csv", mimeType="text/csv", buffer=text.getvalue().encode())
