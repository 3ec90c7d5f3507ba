"""
The founder sees who used her company's data and disputes an entry; a mother sees her child's once two clerks agree.

The company register is asked through the real gateway, so that the look-up itself is what the founder sees first.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from demo.accounts import COUNTY
from demo.papers import one_page_pdf
from demo.people import demo_company, demo_people, roles
from demo.places import Place
from shudao.kernel.time import local_date, now
from tests.support.browser import page, ways
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]
PLACES = [Place(COUNTY[:6] + "001001", "四川省成都市锦江区", "锦江区", "成都市")]
# Another item in each language: the first one waits for its answer.
ITEM = {"zh-CN": "scope", "en-GB": "address"}
LOOKED_UP = {"zh-CN": "核验申请信息", "en-GB": "Verifying what an applicant states"}
WAYS = ways(("en-GB", 320), more=[("zh-CN", 1280)])


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_founder_acts_for_her_company(
    busy_installation: Installation, chromium_running: Browser, language: str, width: int
) -> None:
    company = demo_company(PLACES)
    with page(chromium_running, web=busy_installation.web, language=language, width=width) as tab:
        founder = Visitor(tab, f"founder-{language}-{width}")
        founder.sign_in("yang", busy_installation.password)
        founder.go("/my/data-use/")
        founder.press('main a[href="/my/on-behalf/"]')
        founder.fill({"name": "别人的公司", "code": company.code})
        founder.press("main form .govuk-button")
        assert tab.locator(".sd-notice").count() == 1, "refused, with what to do"
        founder.fill({"name": company.name, "code": company.code})
        founder.press("main form .govuk-button")
        assert LOOKED_UP[language] in tab.locator("tbody tr").first.inner_text()
        founder.fill({"resource": "sjzy-company-licence"})
        founder.press('form[action*="/correct/"] button')
        founder.fill({"field": ITEM[language], "wrong": "旧址1号", "right": "新址2号", "why": "已经变更登记"})
        founder.press("main form .govuk-button")
        assert company.name in tab.locator("dl").first.inner_text(), "the record says for whom"


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_mother_acts_for_her_child_once_two_clerks_agree(
    busy_installation: Installation, chromium_running: Browser, language: str, width: int
) -> None:
    invented = dict(roles(demo_people(PLACES)))
    mother, child = invented["applicant"], invented["pupil"]
    with page(chromium_running, web=busy_installation.web, language=language, width=width) as tab:
        clerk = Visitor(tab, f"guardian-clerk-{language}-{width}")
        clerk.sign_in("clerk", busy_installation.password)
        clerk.go("/window/guardians/")
        clerk.press('main a[href="/window/guardians/new/"]')
        clerk.fill({"guardian": mother.resident_id, "child": child.resident_id, "name": child.name})
        clerk.fill({"basis": "出生医学证明", "valid_to": (local_date(now()) + timedelta(days=90)).isoformat()})
        paper = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": one_page_pdf("scan")}
        tab.locator('input[type="file"]').set_input_files(paper)  # type: ignore[arg-type]
        clerk.press("main form .govuk-button")
        address = tab.url
        assert tab.locator('button[value="confirm"]').count() == 0, "not by who recorded it"
    with page(chromium_running, web=busy_installation.web, language=language, width=width) as tab:
        second = Visitor(tab, f"guardian-second-{language}-{width}")
        second.sign_in("clerk-second", busy_installation.password)
        second.go(address)
        second.press('button[value="confirm"]')
    with page(chromium_running, web=busy_installation.web, language=language, width=width) as tab:
        parent = Visitor(tab, f"guardian-mother-{language}-{width}")
        parent.sign_in("wang", busy_installation.password)
        parent.go("/my/on-behalf/")
        parent.press('main .sd-card a[href^="/my/on-behalf/"]')
        assert child.resident_id not in tab.content()
        parent.fill({"reason": "由父亲办理"})
        parent.press("main form .govuk-button--warning")
