"""
A mother registers her newborn from home; three people handle it; nobody goes anywhere.

In Chinese and in English, wide and narrow, with scripts and without: the four runs cover every pair of the three.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from demo.accounts import COUNTY, Cast
from demo.papers import household
from demo.people import demo_people, roles
from demo.places import Place
from tests.support.browser import page, ways
from tests.support.installation import Installation
from tests.support.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("installation")]

RUNS = ways(
    ("zh-CN", 1280, True),
    ("en-GB", 320, False),
    more=[("zh-CN", 320, False), ("en-GB", 1280, False), ("en-GB", 320, True)],
)


@pytest.mark.parametrize(("language", "width", "scripts"), RUNS, ids=lambda value: str(value))
def test_a_mother_registers_her_newborn(
    installation: Installation, chromium_running: Browser, language: str, width: int, scripts: bool
) -> None:
    def visitor(name: str) -> object:
        return page(chromium_running, web=installation.web, language=language, width=width, scripts=scripts)

    tag = f"{language}-{width}-{'js' if scripts else 'plain'}"
    with visitor("mother") as tab:  # type: ignore[attr-defined]
        mother = Visitor(tab, f"mother-{tag}", scripts)
        number, secret = apply(mother, installation)
    with visitor("clerk") as tab:  # type: ignore[attr-defined]
        clerk = Visitor(tab, f"clerk-{tag}", scripts)
        clerk.sign_in("clerk", installation.password)
        clerk.go(f"/window/?text={number}")
        clerk.press(f'a[href="/window/cases/{number}/"]')
        clerk.press(f'form[action$="{number}/accept/"] button')
    with visitor("police") as tab:  # type: ignore[attr-defined]
        police = Visitor(tab, f"police-{tag}", scripts)
        police.sign_in("reviewer-police", installation.password)
        police.go(f"/window/cases/{number}/")
        decide(police, number)
    with visitor("mother") as tab:  # type: ignore[attr-defined]
        see_the_result(Visitor(tab, f"result-{tag}", scripts), number, secret)


def apply(mother: Visitor, installation: Installation) -> tuple[str, str]:
    """From the home page to the receipt."""
    mother.go("/")
    choose_place(mother)
    mother.page.fill('main input[type="search"]', "出生登记")
    mother.press("main form.sd-search button")
    mother.press('a[href*="/matters/"]')
    mother.press('a[href^="/apply/"]')
    mother.page.fill("#f-username", "wang")
    mother.page.fill("#f-password", installation.password)
    mother.press("main form button")
    mother.press("main form .govuk-button")
    invented = dict(roles(demo_people([Place(COUNTY[:6] + "001001", "四川省成都市锦江区", "锦江区", "成都市")])))
    mother.fill(household(Cast(invented=invented)))
    mother.press('button[name="go"]')
    assert mother.page.locator('[data-how="fetched"]').count() >= 3, "materials come by themselves"
    mother.press('button[name="go"]')
    mother.press("main form .govuk-button")
    shown = (
        mother.page.locator("[data-case-number]").inner_text(),
        mother.page.locator("[data-case-secret]").inner_text(),
    )
    assert len(shown[0]) == 43
    return shown


def choose_place(mother: Visitor) -> None:
    """Walk down to Jinjiang District of Chengdu."""
    mother.go("/place/")
    mother.press('a[href*="in=510100000000"]')
    mother.press(f'a[href*="in={COUNTY}"]')
    mother.press(f'button[name="code"][value="{COUNTY}"]')
    mother.go("/")


def decide(police: Visitor, number: str) -> None:
    """Approve."""
    police.page.locator('[name="decision"][value="approve"]').check(force=True)
    police.page.fill("#f-opinion", "符合条件")
    police.press(f'form[action$="{number}/decide/"] button')
    police.page.get_by_text(number).first.wait_for()


def see_the_result(mother: Visitor, number: str, secret: str) -> None:
    """Progress without signing in, the licence verified by anybody, the rating given."""
    mother.go("/track/")
    mother.page.fill('[name="number"]', number)
    mother.page.fill('[name="secret"]', secret)
    mother.press("main form button")
    licence = mother.page.locator('a[href^="/verify/"]').first.get_attribute("href")
    assert licence
    mother.press('form[action^="/rate/"] button')
    mother.page.locator('[name="level"][value="5"]').check(force=True)
    mother.press("main form .govuk-button")
    assert mother.page.locator("[data-rating-level]").count() == 1, "rated"
    mother.go(licence)
    assert mother.page.locator("[data-verdict=valid]").count() == 1
