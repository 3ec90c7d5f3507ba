"""Every page of the four faces, as every kind of person who may open it: accessible, fitting, in both languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.browser import page
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

PAGES = {
    "": [
        *("/", "/personal/", "/business/", "/departments/", "/search/?q=户口", "/place/", "/track/", "/verify/"),
        *("/help/", "/accessibility/", "/sign-in/", "/events/newborn/", "/themes/01/", "/proof/"),
    ],
    "wang": [
        *("/my/", "/my/cases/", "/my/drafts/", "/my/licences/", "/my/messages/", "/my/data-use/"),
        *("/my/corrections/", "/my/on-behalf/"),
    ],
    "clerk": [
        *("/window/", "/window/intake/", "/window/?state=all"),
        *("/window/guardians/", "/window/guardians/new/"),
    ],
    "manager": [
        *("/office/", "/office/matters/", "/office/matters/510701001001/", "/office/duties/", "/cockpit/"),
        *("/office/laws/", "/office/laws/mfd/", "/office/laws/mfd/1049/", "/office/revisions/", "/office/adoptions/"),
        "/office/matters/510701001001/versions/",
    ],
    "data-police": [
        *("/office/datasets/", "/office/datasets/population/", "/office/resources/"),
        *("/office/grants/", "/office/requests/", "/office/systems/"),
        *("/office/resources/sjzy-population-basic/", "/office/resources/sjzy-population-basic/edit/"),
        *("/office/resources/sjzy-population-basic/versions/", "/office/wishes/", "/office/wishes/new/"),
    ],
    "integrator": ["/office/resources/sjzy-marriage-status/ask/", "/office/requests/", "/office/grants/?state=all"],
    "bureau": [
        *("/office/ledger/", "/cockpit/method/", "/office/corrections/", "/office/disputes/"),
        *("/office/questions/", "/office/delays/", "/office/silos/", "/office/resources/new/"),
        "/office/barriers/",
    ],
    "system": ["/office/", "/office/jobs/", "/office/accounts/", "/office/accounts/new/"],
    "security": ["/office/", "/office/accounts/"],
    "audit": ["/office/audit/", "/office/accounts/"],
    "leader": [
        *("/cockpit/", "/cockpit/?division=510100000000", "/cockpit/?division=510104000000"),
        "/cockpit/departments/",
    ],
}


# Pages whose address is known by a list alone: whose list, where, and the link to follow.
LINKED = {
    "clerk": ("/window/?state=all", "tbody a"),
    "reviewer-police": ("/window/?state=all", "tbody a"),
    "manager": ("/office/matters/510701001001/", "tbody a"),
    "data-police": ("/office/requests/", "tbody a"),
    "security": ("/office/accounts/?text=clerk", "tbody a"),
    "system": ("/office/accounts/?text=clerk", "tbody a"),
}


@pytest.mark.parametrize(("language", "width"), [("zh-CN", 320), ("en-GB", 1280)])
@pytest.mark.parametrize("who", [*PAGES, *(LINKED.keys() - PAGES.keys())], ids=lambda who: who or "anybody")
def test_pages_are_accessible_and_fit_with_everything_open(
    busy_installation: Installation, chromium_running: Browser, who: str, language: str, width: int
) -> None:
    with page(chromium_running, web=busy_installation.web, language=language, width=width) as tab:
        visitor = Visitor(tab, f"{who or 'anybody'}-{language}-{width}")
        if who:
            visitor.sign_in(who, busy_installation.password)
        for address in PAGES.get(who, ()):
            visitor.go(address)
        if who in LINKED:
            address, link = LINKED[who]
            visitor.go(address)
            visitor.press(link)
            tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            visitor.look()
