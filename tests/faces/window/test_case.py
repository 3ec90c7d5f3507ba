"""One case at the window: each act once, refusals beside their entries, whole resident IDs only for a reason."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from shudao.contexts.cases import api as cases
from shudao.contexts.cases.contracts import State
from shudao.foundation.audit import api as trail
from shudao.foundation.audit.contracts import SYSTEM, Actor
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel import time
from shudao.kernel.ids import new_id
from tests.contexts.matters.places import WUHOU
from tests.faces.portal.conftest import SignedIn
from tests.faces.window.test_intake import pdf
from tests.support.cases import World, resident_id

REASON = "核对身份证原件"


def act(client: Client, number: str, name: str, **sent: object) -> object:
    return client.post(f"/window/cases/{number}/{name}/", {"key": new_id(), **sent})


def state(world: World, number: str) -> State:
    return cases.case(number, acting=world.clerk).row.state


def test_who_sees_the_case_and_who_does_not(signed_in: SignedIn, visitor: Client, world: World) -> None:
    address = f"/window/cases/{world.submitted().number}/"
    assert signed_in(world.clerk).get(address).status_code == 200
    assert signed_in(world.reviewer).get(address).status_code == 200
    assert signed_in(world.clerk_elsewhere).get(address).status_code == 404
    assert signed_in(world.reviewer_elsewhere).get(address).status_code == 404
    assert signed_in(world.li).get(address).status_code == 403
    assert visitor.get(address).status_code == 302


def test_the_page_masks_the_applicant(signed_in: SignedIn, world: World) -> None:
    page = signed_in(world.clerk).get(f"/window/cases/{world.submitted().number}/").text
    assert "519***********" in page
    assert resident_id(1) not in page
    assert "data-revealed" not in page


def test_accepting_starts_the_clock_once(signed_in: SignedIn, world: World) -> None:
    number, clerk = world.submitted("birth").number, signed_in(world.clerk)
    sent = {"key": new_id()}
    for _ in range(2):
        assert clerk.post(f"/window/cases/{number}/accept/", sent).headers["Location"] == f"/window/cases/{number}/"
    page = clerk.get(f"/window/cases/{number}/").text
    assert "已受理" in page
    assert "这一天是怎么算出来的" in page
    assert sum(one.action == "cases.accept" for one in trail.entries(case=number)) == 1


def test_a_decision_without_a_choice_keeps_what_was_typed(signed_in: SignedIn, world: World) -> None:
    number = world.accepted()
    page = act(signed_in(world.reviewer), number, "decide", opinion="符合条件", basis="tst:1")
    assert page.status_code == 422
    assert 'href="#f-decision"' in page.text
    assert "符合条件</textarea>" in page.text
    assert state(world, number) is State.ACCEPTED


def test_a_refusal_needs_its_remedy(signed_in: SignedIn, world: World) -> None:
    number = world.accepted()
    page = act(signed_in(world.reviewer), number, "decide", decision="refuse", opinion="材料不符", basis="tst:1")
    assert page.status_code == 422
    assert 'id="f-remedy-error"' in page.text
    assert re.search(r'value="refuse" checked', page.text)


def test_the_reviewer_decides_and_the_clerk_may_not(signed_in: SignedIn, world: World) -> None:
    number = world.accepted()
    sent = {"decision": "approve", "opinion": "符合条件", "basis": "tst:1"}
    assert act(signed_in(world.clerk), number, "decide", **sent).status_code == 403
    assert state(world, number) is State.ACCEPTED
    assert act(signed_in(world.reviewer), number, "decide", **sent).status_code == 302
    page = signed_in(world.clerk).get(f"/window/cases/{number}/").text
    assert "/verify/" in page
    assert "符合条件" in page


def test_one_officer_does_not_both_accept_and_decide(signed_in: SignedIn, world: World) -> None:
    officer = both_rights(world)
    number, browser = world.submitted("birth").number, signed_in(officer)
    act(browser, number, "accept")
    page = act(browser, number, "decide", decision="approve", opinion="符合条件", basis="tst:1")
    assert page.status_code == 403
    assert "受理与审查应由不同人员办理" in page.text
    assert state(world, number) is State.ACCEPTED


def both_rights(world: World) -> Actor:
    """The clerk, who is a reviewer of the department too."""
    identity.grant_role(
        account=world.clerk.account,
        role=Role.REVIEWER,
        department=cases.case(world.submitted("birth").number, acting=world.clerk).row.department,
        division=WUHOU,
        acting=SYSTEM,
        now=world.now,
    )
    return identity.actor(world.clerk.account)


def test_not_accepting_needs_reason_and_way_out(signed_in: SignedIn, world: World) -> None:
    number, clerk = world.submitted().number, signed_in(world.clerk)
    page = act(clerk, number, "refuse_acceptance", reason="不属于本地管辖")
    assert page.status_code == 422
    assert 'href="#f-instead"' in page.text
    assert 'id="f-instead-error"' in page.text
    assert "不属于本地管辖</textarea>" in page.text
    done = act(clerk, number, "refuse_acceptance", reason="不属于本地管辖", instead="请到户籍地办理")
    assert done.status_code == 302
    assert state(world, number) is State.REJECTED


def test_what_is_missing_is_asked_for_once_and_taken_in(signed_in: SignedIn, world: World) -> None:
    number, clerk = world.submitted().number, signed_in(world.clerk)
    empty = act(clerk, number, "ask_supplement")
    assert empty.status_code == 422
    assert 'id="f-note-error"' in empty.text
    act(clerk, number, "ask_supplement", materials=["consent"], note="看不清")
    assert state(world, number) is State.SUPPLEMENT
    refused = act(clerk, number, "supplement")
    assert refused.status_code == 422
    assert state(world, number) is State.SUPPLEMENT
    clerk.post(f"/window/cases/{number}/supplement/", {"key": new_id(), "material-consent": pdf()})
    assert state(world, number) is State.RECEIVED


def test_the_clock_stops_for_a_hearing_and_goes_on(signed_in: SignedIn, world: World) -> None:
    number, reviewer = world.accepted(), signed_in(world.reviewer)
    refused = act(reviewer, number, "suspend", pause="hearing")
    assert refused.status_code == 422
    assert 'href="#f-notice"' in refused.text
    act(reviewer, number, "suspend", pause="hearing", notice="听证通知书〔2026〕1号")
    assert "时限暂停" in reviewer.get(f"/window/cases/{number}/").text
    assert act(reviewer, number, "resume").status_code == 302
    assert state(world, number) is State.IN_REVIEW


def test_opinions_visits_and_delivery_are_recorded(signed_in: SignedIn, world: World) -> None:
    number, reviewer, clerk = world.accepted(delivery="pickup"), signed_in(world.reviewer), signed_in(world.clerk)
    assert act(reviewer, number, "review", remark="已核对").status_code == 302
    assert "已核对" in reviewer.get(f"/window/cases/{number}/").text
    assert act(clerk, number, "check_in", purpose="nothing").status_code == 422
    assert act(clerk, number, "check_in", purpose="inspection").status_code == 302
    world.decide(number)
    assert act(clerk, number, "deliver", how="pickup").status_code == 302
    row = cases.case(number, acting=world.clerk).row
    assert row.delivered_at is not None
    assert row.visits == 1, "one day at one place is one visit"


def test_an_act_there_is_not_is_not_found(signed_in: SignedIn, world: World) -> None:
    number = world.submitted().number
    assert act(signed_in(world.clerk), number, "burn").status_code == 404
    assert signed_in(world.clerk).get(f"/window/cases/{number}/accept/").status_code == 405


class TestWholeNumber:
    def test_it_is_shown_for_a_reason_once_and_kept_by_no_cache(self, signed_in: SignedIn, world: World) -> None:
        number, clerk = world.submitted().number, signed_in(world.clerk)
        page = clerk.post(f"/window/cases/{number}/reveal/", {"why": REASON})
        assert f"data-revealed>{resident_id(1)}<" in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert resident_id(1) not in clerk.get(f"/window/cases/{number}/").text

    def test_the_trail_says_who_why_and_for_which_case(self, signed_in: SignedIn, world: World) -> None:
        number = world.submitted().number
        signed_in(world.reviewer).post(f"/window/cases/{number}/reveal/", {"why": REASON})
        entry = next(one for one in trail.entries(account=world.reviewer.account) if one.action == "identity.reveal_id")
        assert REASON in entry.reason
        assert entry.case == number
        assert resident_id(1) not in str(entry)

    @pytest.mark.parametrize("why", ["", "  ", "看看"])
    def test_no_reason_no_number(self, signed_in: SignedIn, world: World, why: str) -> None:
        number = world.submitted().number
        page = signed_in(world.clerk).post(f"/window/cases/{number}/reveal/", {"why": why})
        assert page.status_code == 422
        assert 'id="f-why-error"' in page.text
        assert resident_id(1) not in page.text
        assert not revealed(world.clerk)

    def test_a_foreign_case_reveals_nothing(self, signed_in: SignedIn, world: World) -> None:
        number = world.submitted().number
        for stranger in (world.clerk_elsewhere, world.reviewer_elsewhere):
            page = signed_in(stranger).post(f"/window/cases/{number}/reveal/", {"why": REASON})
            assert page.status_code == 404
            assert not revealed(stranger)
        assert signed_in(world.zhao).post(f"/window/cases/{number}/reveal/", {"why": REASON}).status_code == 403

    def test_an_address_alone_opens_nothing(self, signed_in: SignedIn, world: World) -> None:
        number = world.submitted().number
        assert signed_in(world.clerk).get(f"/window/cases/{number}/reveal/?why={REASON}").status_code == 405


def revealed(actor: Actor) -> list[object]:
    return [one for one in trail.entries(account=actor.account) if one.action == "identity.reveal_id"]


class TestWorkList:
    def test_how_pressing_a_case_is(self, signed_in: SignedIn, world: World) -> None:
        number = world.accepted()
        due = cases.case(number, acting=world.clerk).row.due_promised
        assert due is not None
        for days, words in ((-1, "还有 1 天"), (0, "今天到期"), (3, "已超期 3 天")):
            on = world.now + timedelta(days=(due - time.local_date(world.now)).days + days)
            with time.using_clock(time.fixed(on)):
                page = signed_in(world.reviewer).get("/window/").text
            assert words in page, days
            assert ("sd-due--late" in page) == (days > 0)
            assert ("sd-figures__late" in page) == (days > 0)

    def test_filters_and_pages_of_nonsense(self, signed_in: SignedIn, world: World) -> None:
        number, clerk = world.submitted().number, signed_in(world.clerk)
        assert number in clerk.get("/window/").text
        assert number not in clerk.get("/window/?state=10").text
        assert number in clerk.get(f"/window/?text={number}").text
        assert "没有符合条件的办件" in clerk.get("/window/?text=没有").text
        for nonsense in ("page=x", "page=-1", "state=zz", "page=99999"):
            assert clerk.get(f"/window/?{nonsense}").status_code == 200, nonsense

    def test_the_export_is_masked(self, signed_in: SignedIn, world: World) -> None:
        number = world.submitted().number
        answer = signed_in(world.clerk).get("/window/?format=csv")
        text = b"".join(answer.streaming_content).decode()
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert number in text
        assert "李秀兰" not in text

    def test_a_reviewer_is_offered_no_intake(self, signed_in: SignedIn, world: World) -> None:
        assert "/window/intake/" in signed_in(world.clerk).get("/window/").text
        assert "/window/intake/" not in signed_in(world.reviewer).get("/window/").text

    def test_it_is_for_officers(self, signed_in: SignedIn, visitor: Client, world: World) -> None:
        assert signed_in(world.li).get("/window/").status_code == 403
        assert visitor.get("/window/").status_code == 302
