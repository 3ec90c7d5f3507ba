"""A clerk at the one window takes in another department's matter for somebody who came in person."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from demo.accounts import COUNTY, Cast
from demo.papers import birth_certificate, one_page_pdf
from demo.people import demo_people, roles
from demo.places import Place
from tests.support.browser import page, ways
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("installation")]


@pytest.mark.parametrize(("language", "width"), ways(("en-GB", 320), more=[("zh-CN", 1280)]))
def test_a_clerk_takes_in_for_the_health_department(
    installation: Installation, chromium_running: Browser, language: str, width: int
) -> None:
    invented = dict(roles(demo_people([Place(COUNTY[:6] + "001001", "四川省成都市锦江区", "锦江区", "成都市")])))
    cast, mother = Cast(invented=invented), invented["applicant"]
    with page(chromium_running, web=installation.web, language=language, width=width) as tab:
        clerk = Visitor(tab, f"window-{language}-{width}")
        clerk.sign_in("clerk", installation.password)
        clerk.press('a[href="/window/intake/"]')
        clerk.page.fill("#text", "出生医学证明")
        clerk.press("main form button")
        clerk.press('td a[href^="/window/intake/"]')
        clerk.fill({"resident_id": mother.resident_id, "name": mother.name, "phone": mother.phone})
        clerk.press("main form .govuk-button")
        clerk.fill(birth_certificate(cast))
        for chooser in clerk.page.locator('input[type="file"]').all():
            paper = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": one_page_pdf("scan")}
            chooser.set_input_files(paper)  # type: ignore[arg-type]
        clerk.press('button[value="submit"]')
        assert len(clerk.page.locator("[data-case-number]").inner_text()) == 43
        clerk.press('a[href^="/window/cases/"]')
        assert mother.resident_id not in clerk.page.locator("dl").first.inner_text(), "names and numbers stay masked"


def test_a_wrong_check_digit_is_refused_and_nothing_typed_is_lost(
    installation: Installation, chromium_running: Browser
) -> None:
    with page(chromium_running, web=installation.web) as tab:
        clerk = Visitor(tab, "window-wrong-id")
        clerk.sign_in("clerk", installation.password)
        clerk.go("/window/intake/")
        clerk.press('td a[href^="/window/intake/"]')
        clerk.fill({"resident_id": "519901199005170011", "name": "王秀兰", "phone": "19900000000"})
        clerk.press("main form .govuk-button")
        assert clerk.page.locator(".govuk-error-summary").count() == 1
        assert clerk.page.input_value('[name="name"]') == "王秀兰"
