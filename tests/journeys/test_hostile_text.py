"""Hostile text in every field of one application, from the form to the decision: inert in every page and export."""

from __future__ import annotations

import csv
import io
import re

import pytest

from demo.accounts import COUNTY
from demo.papers import one_page_pdf
from shudao.kernel.ids import new_id
from tests.journeys.test_refusals import task_of
from tests.support import rows
from tests.support.browserless import Answer, Caller, hidden
from tests.support.installation import Installation
from tests.support.submitter import Submitter

pytestmark = pytest.mark.xdist_group("installation")
TEXTS = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "sql": "'; DROP TABLE cases_case;--",
    "path": "../../../../etc/passwd",
    "formula": '=HYPERLINK("http://x","y")',
    "template": "{{ settings.SECRET_KEY }}{% debug %}",
}
_RAW = ("<script>alert(1)", "<img src=x", "root:x:0", "SECRET_KEY =")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@pytest.mark.parametrize("kind", TEXTS)
def test_one_application_from_end_to_end(installation: Installation, kind: str) -> None:
    text = TEXTS[kind]
    before = len(rows.tables(installation))
    mother = Submitter(installation)
    mother.caller.sign_in("wang", installation.password)
    materials = filled_in(mother, mother.draft(task_of(installation, "household-newborn", COUNTY)), text)
    number = submitted(mother.caller, materials, text)
    clerk, reviewer = Caller(installation.web), Caller(installation.web)
    clerk.sign_in("clerk", installation.password, then="/window/")
    reviewer.sign_in("reviewer-police", installation.password, then="/window/")
    inert(clerk.get(f"/window/cases/{number}/"))
    inert(clerk.post(f"/window/cases/{number}/accept/", {"key": new_id()}))
    written = {"key": new_id(), "decision": "approve", "opinion": text, "basis": text}
    done = inert(reviewer.post(f"/window/cases/{number}/decide/", written))
    assert done.status == 200, done.told
    rated = mother.caller.get(f"/rate/{number}/")
    key = hidden(rated.text, "key")
    inert(mother.caller.post(f"/rate/{number}/", {"key": key, "level": "3", "comment": text}))
    for address in (f"/my/cases/{number}/", "/my/messages/", "/my/licences/", "/my/", f"/search/?q={quoted(text)}"):
        inert(mother.caller.get(address))
    for address in ("/window/?state=all&format=csv", f"/window/?state=all&text={quoted(text)}"):
        harmless(inert(clerk.get(address)))
    harmless(inert(mother.caller.get("/my/cases/?format=csv")))
    assert len(rows.tables(installation)) == before


def filled_in(mother: Submitter, draft: str, text: str) -> Answer:
    """Put the text into every field that takes any; where it is refused, it is shown again harmless and replaced."""
    open_to_all = {name for name, value in mother.form.items() if isinstance(value, str)}
    hostile = dict.fromkeys(open_to_all, text)
    for _ in range(4):
        page = inert(mother.materials(draft, **hostile))
        if page.address.endswith("/materials/"):
            return page
        assert page.status == 422, page.told
        refused = {name for name in hostile if f'id="f-{name}' in page.text and f"f-{name}-error" in page.text}
        refused |= {name for name in hostile if f"f-{name}-day-error" in page.text}
        assert refused, page.told
        hostile = {name: value for name, value in hostile.items() if name not in refused}
    raise AssertionError(f"still refused: {page.told}")


def submitted(caller: Caller, materials: Answer, text: str) -> str:
    """Give what is asked, under a hostile file name, and submit."""
    asked = re.findall(r'name="(material:[\w-]+)"', materials.text)
    check = inert(caller.post(materials.address, {"go": "1"}, {name: one_page_pdf(text) for name in asked}))
    assert check.address.endswith("/check/"), check.told
    receipt = inert(caller.post(check.address, {"key": hidden(check.text, "key")}))
    number = re.search(r"data-case-number>(\w{43})<", receipt.text)
    assert number, receipt.told
    return number[1]


def inert(answer: Answer) -> Answer:
    """Nothing of the text stands in the page as markup, nothing was read or run on its account."""
    assert answer.status < 500, answer.told
    if "<!doctype html>" in answer.text:
        assert not [part for part in _RAW if part in answer.text], answer.told
    return answer


def harmless(answer: Answer) -> None:
    """No cell of an export begins like a formula."""
    if "<!doctype html>" not in answer.text:
        lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
        assert len(lines) > 1
        assert not [cell for line in lines for cell in line if cell.startswith(_FORMULA)]


def quoted(text: str) -> str:
    """The text in an address."""
    from urllib.parse import quote

    return quote(text)
