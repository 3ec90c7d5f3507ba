"""Every page of the four faces, as every kind of person who may open it: accessible, fitting, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import page
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("installation")]

PAGES = {
    "": [
        *("/", "/personal/", "/business/", "/departments/", "/search/?q=户口", "/place/", "/track/", "/verify/"),
        *("/help/", "/accessibility/", "/sign-in/", "/events/newborn/", "/themes/01/"),
    ],
    "wang": ["/my/", "/my/cases/", "/my/drafts/", "/my/licences/", "/my/messages/", "/my/data-use/"],
    "clerk": ["/window/", "/window/intake/", "/window/?state=all"],
    "manager": ["/office/", "/office/matters/", "/office/matters/510701001001/", "/office/duties/", "/cockpit/"],
    "data-police": [
        *("/office/datasets/", "/office/datasets/population/", "/office/resources/"),
        *("/office/grants/", "/office/requests/"),
    ],
    "bureau": ["/office/ledger/", "/cockpit/method/"],
    "system": ["/office/jobs/"],
    "audit": ["/office/audit/"],
    "leader": [
        *("/cockpit/", "/cockpit/?division=510100000000", "/cockpit/?division=510104000000"),
        "/cockpit/departments/",
    ],
}


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 320), ("en-GB", 1280)])
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "anybody")
def test_pages_are_accessible_and_fit(
    installation: Installation, chromium_running: Browser, who: str, language: str, width: int
) -> None:
    with page(chromium_running, web=installation.web, language=language, width=width) as tab:
        visitor = Visitor(tab, f"{who or 'anybody'}-{language}-{width}")
        if who:
            visitor.sign_in(who, installation.password)
        for address in PAGES[who]:
            visitor.go(address)
