"""Taking in at the one window: find the matter, say for whom, fill in, hand over the receipt."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client

from shudao.foundation.identity import api as identity
from shudao.kernel.ids import new_id
from tests.faces.portal.conftest import SignedIn
from tests.support.cases import FORM, World, resident_id

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
FOR_LI = {"resident_id": resident_id(1), "name": "李秀兰", "phone": "13900001234", "delivery": "pickup"}


def pdf() -> io.BytesIO:
    file = io.BytesIO(PDF)
    file.name = "scan.pdf"
    return file


def drafted(clerk: Client, world: World, code: str = "household") -> str:
    answer = clerk.post(f"/window/intake/{world.task(code)}/", {**FOR_LI, "key": new_id()})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def test_a_matter_of_any_department_is_found(signed_in: SignedIn, world: World) -> None:
    clerk = signed_in(world.clerk)
    assert world.task() in clerk.get("/window/intake/?text=新生儿").text
    assert "没有找到这样的事项" in clerk.get("/window/intake/?text=没有这种事").text


def test_only_clerks_take_in(signed_in: SignedIn, visitor: Client, world: World) -> None:
    for address in ("/window/intake/", f"/window/intake/{world.task()}/"):
        assert signed_in(world.reviewer).get(address).status_code == 403
        assert signed_in(world.li).get(address).status_code == 403
        assert visitor.get(address).headers["Location"].startswith("/sign-in/?next=")


def test_the_cursor_stands_in_the_first_entry(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).get(f"/window/intake/{world.task()}/").text
    entries = re.findall(r"<input class=\"govuk-input[^>]*>", page)
    assert 'name="resident_id"' in entries[0]
    assert "autofocus" in entries[0]
    assert sum("autofocus" in one for one in entries) == 1


def test_a_wrong_check_digit_is_refused_and_what_was_typed_stays(signed_in: SignedIn, world: World) -> None:
    right = resident_id(1)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    sent = {**FOR_LI, "resident_id": wrong, "key": new_id()}
    page = signed_in(world.clerk).post(f"/window/intake/{world.task()}/", sent)
    assert page.status_code == 422
    assert 'href="#f-resident_id"' in page.text
    assert 'value="李秀兰"' in page.text
    assert re.search(r'value="pickup" checked', page.text)
    assert "autofocus" not in page.text, "the summary of faults has the focus"


def test_from_the_form_to_the_receipt(signed_in: SignedIn, world: World) -> None:
    clerk = signed_in(world.clerk)
    draft = drafted(clerk, world)
    assert "四川省成都市武侯区幸福路1号" in clerk.get(draft).text, "what the exchange holds is fetched"
    key = new_id()
    refused = clerk.post(draft, {**FORM, "do": "submit", "key": key})
    assert refused.status_code == 422
    assert 'href="#f-material-consent"' in refused.text
    assert 'id="f-material-consent"' in refused.text
    assert "同意书" in refused.text.split("</h1>")[0], "the summary names the paper"
    sent = {**FORM, "do": "submit", "key": key, "material-consent": pdf(), "material-birth": pdf()}
    receipt = clerk.post(draft, sent)
    assert receipt.status_code == 200, receipt.text
    number = re.search(r"data-case-number>(\w{43})<", receipt.text)
    assert number is not None
    assert re.search(r"data-case-secret>\w{12}<", receipt.text)
    assert "sd-receipt" in receipt.text
    assert resident_id(1) not in receipt.text
    assert clerk.get(draft).headers["Location"] == f"/window/cases/{number[1]}/"


def test_each_fault_of_the_form_is_named(signed_in: SignedIn, world: World) -> None:
    clerk = signed_in(world.clerk)
    draft = drafted(clerk, world)
    page = clerk.post(draft, {"name": "李小宝", "phone": "12", "do": "submit", "key": new_id()})
    assert page.status_code == 422
    summary = page.text.split("govuk-error-summary__list")[1].split("</ul>")[0]
    assert 'href="#f-phone"' in summary
    sentences = re.findall(r"<a [^>]*>([^<]+)</a>", summary)
    assert len(sentences) == len(set(sentences)), "no two sentences are alike"
    assert 'value="李小宝"' in page.text
    assert 'value="12"' in page.text


def test_what_was_typed_is_kept_between_visits(signed_in: SignedIn, world: World) -> None:
    draft = drafted(signed_in(world.clerk), world)
    signed_in(world.clerk).post(draft, {"name": "李小宝", "do": "save", "key": new_id()})
    assert 'value="李小宝"' in signed_in(world.clerk).get(draft).text


def test_another_divisions_window_does_not_see_the_draft(signed_in: SignedIn, world: World) -> None:
    draft = drafted(signed_in(world.clerk), world)
    assert signed_in(world.clerk_elsewhere).get(draft).status_code in (403, 404)


def test_somebody_new_is_registered_masked(signed_in: SignedIn, world: World) -> None:
    clerk = signed_in(world.clerk)
    sent = {**FOR_LI, "resident_id": resident_id(9).lower(), "name": "孙悟空", "key": new_id()}
    page = clerk.get(clerk.post(f"/window/intake/{world.task('birth')}/", sent).headers["Location"]).text
    assert identity.person_by_id(resident_id(9)) is not None
    assert "孙悟空" not in page
    assert resident_id(9) not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open_in_both_languages(signed_in: SignedIn, world: World, language: str) -> None:
    clerk = signed_in(world.clerk)
    clerk.cookies["django_language"] = language
    for address in ("/window/", "/window/intake/", f"/window/intake/{world.task()}/", drafted(clerk, world)):
        assert clerk.get(address).status_code == 200, address
