"""Rights in the browser: given in part, put off, confirmed by a second officer; renewed, suspended, given back."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.rights import Ending, Grant, RequestState
from shudao.foundation.identity.contracts import Role
from shudao.kernel.ids import new_id
from tests.contexts.exchange.conftest import POPULATION
from tests.faces.office.conftest import Officer
from tests.faces.office.test_sharing import ask, number_of

DATE = ("year", "month", "day")


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(value, part)) for part in DATE}


def part(**changes: Any) -> dict[str, Any]:
    """A partial consent: only the name, and else as was asked."""
    asked = {"fields": ["name"], "quota": "1000", **day("valid_from", date(2026, 11, 24))}
    said = {"decision": "part", "opinion": "只需姓名", "key": new_id()}
    return {**asked, **day("valid_to", date(2027, 11, 24)), **said} | changes


def send(client: Any, number: str, sent: dict[str, Any]) -> Any:
    return client.post(f"/office/requests/{number}/", {"key": new_id(), **sent})


@pytest.fixture
def world(officer: Officer) -> dict[str, Any]:
    """Browsers of the asking integrator, two officers of the source, the bureau's own, and a stranger."""
    return {
        "asker": officer("sj", Role.INTEGRATOR)[1],
        "source": officer("ga")[1],
        "second": officer("ga", name="second-police")[1],
        "bureau": officer("sj", Role.DATA_BUREAU)[1],
        "stranger": officer("sc")[1],
    }


def granted(world: dict[str, Any], **changes: Any) -> Grant:
    number = number_of(ask(world["asker"], **changes))
    send(world["source"], number, {"decision": "grant", "opinion": "同意"})
    return exchange.grant(exchange.request(number).grant)


class TestGivingLess:
    def test_the_asker_sees_what_was_asked_beside_what_is_given(self, world: dict[str, Any]) -> None:
        number = number_of(ask(world["asker"], rate="5"))
        page = world["source"].get(f"/office/requests/{number}/").text
        assert 'value="part"' in page
        assert 'value="birth_date" checked' in page, "what was asked is ticked"
        scoped = {"row_scope": "510100000000", "quota": "10", "rate": "2", "verify_only": "yes"}
        sent = part(**scoped, **day("valid_to", date(2027, 1, 31)))
        assert send(world["source"], number, sent).status_code == 302
        (grant,) = exchange.grants()
        assert (grant.fields, grant.row_scope, grant.quota, grant.rate) == (("name",), "510100000000", 10, 2)
        assert (grant.verify_only, grant.valid_to) == (True, date(2027, 1, 31))
        page = world["asker"].get(f"/office/requests/{number}/").text
        assert page.count("少于申请") == 6
        for told in ("部分授权", "姓名、出生日期", "成都市", "只核验", "只需姓名"):
            assert told in page, told

    @pytest.mark.parametrize(
        ("changes", "entry"),
        [
            ({"fields": []}, "fields"),
            ({"fields": ["name", "sex"]}, "fields"),
            ({"quota": ""}, "quota"),
            ({"quota": "2000"}, "quota"),
            ({"rate": "x"}, "rate"),
            ({"valid_to-year": "2028"}, "valid_to"),
            ({"valid_from-day": "23"}, "valid_from"),
            ({"row_scope": "nowhere"}, "row_scope"),
            ({"opinion": ""}, "opinion"),
        ],
    )
    def test_more_than_asked_or_no_word_why_is_told_beside_the_entry(
        self, world: dict[str, Any], changes: dict[str, Any], entry: str
    ) -> None:
        number = number_of(ask(world["asker"]))
        page = send(world["source"], number, part(**changes))
        assert page.status_code == 422
        assert f'id="f-{entry}-error"' in page.text
        assert f'href="#f-{entry}"' in page.text
        assert exchange.request(number).state is RequestState.PENDING

    def test_what_is_asked_for_can_be_narrow_from_the_start(self, world: dict[str, Any]) -> None:
        number = number_of(ask(world["asker"], row_scope="510107000000", rate="3", verify_only="yes"))
        asked = exchange.request(number)
        assert (asked.row_scope, asked.rate, asked.verify_only) == ("510107000000", 3, True)
        page = world["source"].get(f"/office/requests/{number}/").text
        assert "武侯区" in page
        assert 'value="510100000000"' not in page, "nothing wider is on offer"


def test_a_second_officer_sees_what_the_first_proposed_and_confirms_it(world: dict[str, Any]) -> None:
    models.Resource.objects.filter(code=POPULATION).update(sensitivity=4)
    number = number_of(ask(world["asker"]))
    send(world["source"], number, part())
    assert exchange.request(number).state is RequestState.PROPOSED
    assert 'name="decision"' not in world["source"].get(f"/office/requests/{number}/").text
    page = world["second"].get(f"/office/requests/{number}/").text
    assert "拟授权" in page
    assert "少于申请" in page
    assert 'value="part"' not in page, "the second confirms or refuses, and changes nothing"
    send(world["second"], number, {"decision": "grant", "opinion": "确认"})
    assert exchange.grants()[0].fields == ("name",)
    assert "两名数据员先后同意" in world["asker"].get(f"/office/requests/{number}/").text


def test_the_reply_is_put_off_once(world: dict[str, Any]) -> None:
    number = number_of(ask(world["asker"]))
    due = exchange.request(number).due_on
    assert 'value="extend"' not in world["asker"].get(f"/office/requests/{number}/").text
    assert 'id="f-extend-reason-error"' in send(world["source"], number, {"act": "extend"}).text
    send(world["source"], number, {"act": "extend", "reason": "需要会商"})
    assert exchange.request(number).due_on > due
    assert "需要会商" in world["asker"].get(f"/office/requests/{number}/").text
    assert 'value="extend"' not in world["source"].get(f"/office/requests/{number}/").text
    assert send(world["source"], number, {"act": "extend", "reason": "再延"}).status_code == 409


def test_who_asked_takes_the_request_back(world: dict[str, Any]) -> None:
    number = number_of(ask(world["asker"]))
    assert send(world["source"], number, {"act": "withdraw", "reason": "不要"}).status_code == 403
    assert send(world["asker"], number, {"act": "withdraw", "reason": "不再需要"}).status_code == 302
    page = world["asker"].get(f"/office/requests/{number}/").text
    assert "已撤回" in page
    assert "不再需要" in page


class TestEnding:
    @pytest.mark.parametrize(
        ("who", "act", "status"),
        [
            ("asker", "return", 302),
            ("source", "revoke", 302),
            ("bureau", "revoke", 302),
            ("asker", "revoke", 403),
            ("source", "return", 403),
            ("source", "suspend", 403),
            ("stranger", "revoke", 403),
        ],
    )
    def test_who_may_end_it_and_how(self, world: dict[str, Any], who: str, act: str, status: int) -> None:
        grant = granted(world)
        address = f"/office/grants/{grant.number}/"
        offered = f'name="act" value="{act}"' in world[who].get(address).text
        sent = {"act": act, "key": new_id(), **day("until", date(2026, 12, 1))}
        assert world[who].post(address, sent).status_code == 422, "never without a reason"
        assert world[who].post(address, {**sent, "reason": "用途已结束"}).status_code == status
        assert offered == (status == 302)
        ended = exchange.grant(grant.number)
        assert (ended.revoked_at is not None) == (status == 302)
        if act == "return" and status == 302:
            assert ended.ended_as is Ending.RETURNED

    def test_the_bureau_suspends_until_a_day_and_lifts_it(self, world: dict[str, Any]) -> None:
        number = granted(world).number
        address = f"/office/grants/{number}/"
        sent = {"act": "suspend", "reason": "核查用途", "key": new_id()}
        late = world["bureau"].post(address, {**sent, **day("until", date(2030, 1, 1))})
        assert 'id="f-until-error"' in late.text
        assert world["bureau"].post(address, {**sent, **day("until", date(2026, 12, 1))}).status_code == 302
        page = world["asker"].get(address).text
        assert "核查用途" in page
        assert "已暂停" in page
        assert number not in world["asker"].get("/office/grants/").text
        assert number in world["asker"].get("/office/grants/?state=suspended").text
        world["bureau"].post(address, {"act": "lift", "reason": "核查完毕", "key": new_id()})
        assert number in world["asker"].get("/office/grants/").text


class TestRenewing:
    def test_offered_in_the_last_thirty_days_and_begins_the_day_after(self, world: dict[str, Any]) -> None:
        grant = granted(world, **day("valid_to", date(2026, 12, 20)))
        page = world["asker"].get(f"/office/grants/{grant.number}/").text
        way = f"/office/resources/{POPULATION}/ask/?renews={grant.number}"
        assert way in page
        assert way not in world["source"].get(f"/office/grants/{grant.number}/").text
        assert grant.number in world["asker"].get("/office/grants/?state=ending").text
        form = world["asker"].get(way).text
        for shown in ('value="birth_date" checked', 'value="21" maxlength="2"', 'value="国务院令第716号第七条"'):
            assert shown in form, shown
        sent = {"system": grant.system, "fields": list(grant.fields), "purpose": "handling", "scenario": "继续"}
        sent |= {"legal_basis": "同前", "key": new_id(), **day("valid_to", date(2027, 12, 20))}
        gap = world["asker"].post(way, sent | day("valid_from", date(2026, 12, 22)))
        assert 'id="f-valid_from-error"' in gap.text
        made = number_of(world["asker"].post(way, sent | day("valid_from", date(2026, 12, 21))))
        assert exchange.request(made).renews == grant.number
        page = world["asker"].get(f"/office/grants/{grant.number}/").text
        assert way not in page, "asked once"
        assert made in page

    def test_not_before_and_not_anothers(self, world: dict[str, Any]) -> None:
        grant = granted(world)
        way = f"/office/resources/{POPULATION}/ask/?renews={grant.number}"
        assert way not in world["asker"].get(f"/office/grants/{grant.number}/").text
        assert world["stranger"].get(way).status_code == 404


class TestLists:
    def test_what_is_late_stands_out_and_is_found(self, world: dict[str, Any]) -> None:
        late, new = (number_of(ask(world["asker"])) for _ in range(2))
        models.ShareRequest.objects.filter(number=late).update(due_on=date(2026, 11, 23))
        page = world["source"].get("/office/requests/?state=overdue").text
        assert late in page
        assert new not in page
        page = world["source"].get("/office/requests/?sort=-due").text
        assert page.index(new) < page.index(late)
        assert page.count("govuk-tag--red") == 1
        models.ShareRequest.objects.filter(number=late).update(state="withdrawn", withdrawn_by="x")
        assert late not in world["source"].get("/office/requests/?state=overdue").text

    def test_supply_that_is_late_is_found(self, world: dict[str, Any]) -> None:
        grant = granted(world)
        assert grant.number not in world["source"].get("/office/grants/?state=unsupplied").text
        models.Grant.objects.update(supply_due_on=date(2026, 11, 23))
        assert "逾期未提供数据" in world["source"].get("/office/grants/?state=unsupplied").text

    def test_grants_are_sorted_by_their_last_day(self, world: dict[str, Any]) -> None:
        first = granted(world, **day("valid_to", date(2026, 12, 20))).number
        last = granted(world).number
        for sort, expected in (("until", [first, last]), ("-until", [last, first])):
            page = world["source"].get(f"/office/grants/?sort={sort}").text
            assert sorted(expected, key=page.index) == expected

    @pytest.mark.parametrize("name", ["requests", "grants"])
    def test_they_are_exported_as_they_are_filtered(self, world: dict[str, Any], name: str) -> None:
        grant = granted(world)
        number = grant.number if name == "grants" else grant.request
        for state, rows in (("withdrawn", 0), ("granted" if name == "requests" else "valid", 1)):
            answer = world["source"].get(f"/office/{name}/?state={state}&format=csv")
            text = b"".join(answer.streaming_content).decode("utf-8-sig")
            found = list(csv.reader(io.StringIO(text)))
            assert [row[0] for row in found[1:]] == [number] * rows
            assert all(len(row) == len(found[0]) for row in found)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_right_opens_in_both_languages(world: dict[str, Any], language: str) -> None:
    grant = granted(world, **day("valid_to", date(2026, 12, 20)))
    world["bureau"].cookies["django_language"] = language
    for address in (f"/office/grants/{grant.number}/", f"/office/resources/{POPULATION}/ask/?renews={grant.number}"):
        page = world["bureau"].get(address).text
        assert grant.number in page
        assert ("Renew" in page) == (language == "en")
