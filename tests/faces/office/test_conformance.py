"""Conformance in the browser: from the rates to a finding with both values, an exception by two people, a re-check."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from shudao.contexts.assessment import api as assessment
from shudao.contexts.conformance import api
from shudao.contexts.conformance.contracts.findings import Filter, Finding
from shudao.contexts.matters.models import Implementation
from shudao.faces.office import conformance_words as words
from shudao.foundation.audit.contracts import SYSTEM
from shudao.foundation.duties.models import DutyRow
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel import time
from shudao.kernel.ids import new_id
from tests.contexts.conformance.test_check import LATER
from tests.contexts.matters.conftest import Load, counties, extract, load
from tests.contexts.matters.makers import raw
from tests.contexts.matters.places import WUHOU
from tests.faces.portal.conftest import browser
from tests.support.cases import staff

__all__ = ["counties", "extract", "load"]

pytestmark = pytest.mark.django_db
HOME, LIST = "/office/conformance/", "/office/conformance/findings/"
SignIn = Callable[..., Client]


@pytest.fixture
def one(load: Load) -> Finding:
    """A county that promises more days than the standard: the only finding."""
    load(items=[raw(levels=[4])], overrides=[LATER])
    api.check(now=time.now())
    (found,) = api.findings(Filter()).items
    return found


@pytest.fixture
def sign_in(noon: datetime) -> SignIn:
    """A browser in which somebody with one right is signed in."""

    def do(role: Role, department: str | None = None) -> Client:
        actor = staff(f"{role}-{department or 'all'}".lower(), role, department=department, now=noon)
        client = browser()
        client.force_login(get_user_model().objects.get(public_id=actor.account))
        return client

    return do


@pytest.fixture
def manager(one: Finding, sign_in: SignIn) -> Client:
    return sign_in(Role.MATTER_MANAGER, identity.department_code("mz", WUHOU))


def exported(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_rates_to_both_values(one: Finding, sign_in: SignIn, language: str) -> None:
    leader = sign_in(Role.LEADER)
    leader.cookies["django_language"] = language
    home = leader.get(HOME).text
    assert "50.0%" in home, "one of two counties"
    assert f"{HOME}?division=510100000000" in home
    assert f"{LIST}?below=510000000000&amp;rule=limit-promise" in home
    assert f"{LIST}{one.number}/" in leader.get(f"{LIST}?below=510100000000&rule=limit-promise").text
    page = leader.get(f"{LIST}{one.number}/").text
    said = ("5 个工作日", "9 个工作日") if language == "zh-hans" else ("5 working days", "9 working days")
    assert all(value in page for value in said)
    assert 'value="ask"' not in page, "a leader reads"
    assert 'value="look"' not in page


@pytest.mark.parametrize(
    "query", ["rule=n1", "below=511600000000", "severity=serious", "state=closed", "text=没有", "department_kind=ga"]
)
def test_the_list_is_narrowed_and_exported_as_it_is(one: Finding, sign_in: SignIn, query: str) -> None:
    leader = sign_in(Role.LEADER)
    assert f"{LIST}{one.number}/" not in leader.get(f"{LIST}?{query}").text
    assert len(exported(leader, f"{LIST}?{query}&format=csv")) == 1
    whole = exported(leader, f"{LIST}?format=csv")
    assert len(whole) == 2
    assert len(whole[0]) == len(whole[1])


def test_rates_are_sorted_and_exported(one: Finding, sign_in: SignIn) -> None:
    leader = sign_in(Role.LEADER)
    rows = exported(leader, f"{HOME}?format=csv&sort=-deviating")
    assert [row[0] for row in rows[1:]] == ["510100000000", "511600000000"]
    assert rows[1][4] == "0.0%"


def test_the_cockpit_shows_the_rate_and_the_way_there(one: Finding, sign_in: SignIn) -> None:
    assessment.compute(acting=SYSTEM, now=time.now())
    way = "/office/conformance/?division=510000000000"
    assert f'<a class="govuk-link" href="{way}">50.0%</a>' in sign_in(Role.LEADER).get("/cockpit/").text
    seen = sign_in(Role.DATA_OFFICER).get("/cockpit/").text
    assert "50.0%" in seen
    assert way not in seen


def test_an_exception_takes_two_people(one: Finding, manager: Client, sign_in: SignIn) -> None:
    bureau, address = sign_in(Role.DATA_BUREAU), f"{LIST}{one.number}/"
    until = str(time.local_date(time.now()).replace(year=time.now().year + 1, day=1))
    asked = {"act": "ask", "reason": "山区路远", "basis": "tst:1", "until": until, "key": new_id()}
    refused = manager.post(address, asked | {"basis": "nothing:1", "key": new_id()})
    assert refused.status_code == 422
    assert "山区路远" in refused.text, "what was typed stays"
    assert manager.post(address, asked).status_code == 302
    assert 'value="approve"' not in manager.get(address).text
    assert f"{LIST}{one.number}/" in bureau.get("/office/conformance/exemptions/").text
    assert len(exported(bureau, "/office/conformance/exemptions/?format=csv")) == 2
    exemption = api.exemptions(one.number)[0].number
    decided = {"act": "approve", "exemption": exemption, "opinion": "同意", "key": new_id()}
    assert manager.post(address, decided).status_code == 403
    assert bureau.post(address, decided).status_code == 302
    assert api.finding(one.number).state == "exempt"
    assert "50.0%" not in manager.get(HOME).text


@pytest.mark.parametrize("until", ["", "morgen", "2026-13-01"])
def test_a_day_that_is_none_is_told_beside_its_entry(one: Finding, manager: Client, until: str) -> None:
    sent = {"act": "ask", "reason": "山区路远", "basis": "tst:1", "until": until, "key": new_id()}
    assert manager.post(f"{LIST}{one.number}/", sent).status_code == 422


def test_it_is_looked_at_again_when_the_department_says_so(one: Finding, manager: Client, sign_in: SignIn) -> None:
    address = f"{LIST}{one.number}/"
    assert "问题仍然存在" in manager.post(address, {"act": "look"}, follow=True).text
    Implementation.objects.update(overrides=[], promised_amount=5)
    assert sign_in(Role.LEADER).post(address, {"act": "look"}).status_code == 403
    assert "问题已办结" in manager.post(address, {"act": "look"}, follow=True).text


def test_its_duty_leads_there_and_is_closed_by_nobody(one: Finding, manager: Client) -> None:
    assert f"{LIST}{one.number}/" in manager.get("/office/duties/").text
    answer = manager.post(f"/office/duties/{one.duty}/close/", {"done": "好了"})
    assert answer.status_code == 409
    assert DutyRow.objects.get(number=one.duty).closed_on is None


def test_what_is_not_there(sign_in: SignIn, counties: None) -> None:
    leader = sign_in(Role.LEADER)
    assert leader.get(f"{LIST}{new_id()}/").status_code == 404
    assert leader.get(HOME).status_code == 200
    assert leader.get(LIST).status_code == 200
    assert sign_in(Role.DATA_OFFICER).get(LIST).status_code == 403
    assert leader.get("/office/conformance/exemptions/").status_code == 403


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("visits", "3", "3"),
        ("promised", '{"amount":9,"unit":"1","explain":{"zh":"路远","en":"Far"},"basis":[]}', "9 个工作日（路远）"),
        ("depth", '["1","4"]', "互联网咨询、互联网受理"),
        ("hot", "true", "是"),
        ("materials", '"licence:birth-certificate"', "电子证照 birth-certificate"),
        ("fees", "1000", "10.00 元"),
        ("name", '{"zh":"名称","en":"Name"}', "名称"),
        ("questions", '[{"question":{"zh":"谁？","en":"Who?"},"answer":{"zh":"本人","en":"You"}}]', "谁？"),
        ("locked", '{"a":1}', '{"a": 1}'),
        ("visits", "", ""),
    ],
)
def test_values_are_said(name: str, text: str, said: str) -> None:
    assert words.value(name, text) == said


def test_findings_and_rates_for_programmes(one: Finding, sign_in: SignIn) -> None:
    bureau, base = sign_in(Role.DATA_BUREAU), "/api/v1/conformance"
    listed = bureau.get(f"{base}/findings?rule=limit-promise").json()
    assert [found["number"] for found in listed["items"]] == [one.number]
    assert (listed["items"][0]["expected"]["amount"], listed["items"][0]["found"]["amount"]) == (5, 9)
    assert bureau.get(f"{base}/findings?state=closed").json()["total"] == 0
    assert bureau.get(f"{base}/findings/{one.number}").json()["owner"] == one.owner
    assert bureau.get(f"{base}/findings/{new_id()}").status_code == 404
    rates = bureau.get(f"{base}/rates").json()
    assert rates["whole"] == {"key": "510000000000", "implementations": 2, "deviating": 1, "share": 0.5}
    officer = sign_in(Role.DATA_OFFICER)
    for address in (f"{base}/findings", f"{base}/findings/{one.number}", f"{base}/rates"):
        assert browser().get(address).status_code == 401
        assert officer.get(address).status_code == 403
