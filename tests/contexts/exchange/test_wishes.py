"""A wish for data that nobody catalogued becomes a duty, an entry, and the end of a barrier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.barriers import BarrierKind, Standing
from shudao.contexts.exchange.contracts.refusals import FourEyes, RequestInvalid
from shudao.contexts.exchange.contracts.registry import ResourceState
from shudao.contexts.exchange.contracts.wishes import UnfitEntry, Wanting, Wish, WishAnswer, WishDecided, WishState
from shudao.contexts.matters import api as matters
from shudao.contexts.pool import api as pool
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import NOBODY, SYSTEM, Actor
from shudao.foundation.clocks import api as clocks
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, NotFound, SignInNeeded
from shudao.kernel.ids import new_id
from tests.contexts.exchange.conftest import COMPANY, POPULATION, PROVINCE, Staff, officer

pytestmark = pytest.mark.django_db
CIVIL, POLICE, MARKET = (identity.department_code(kind, PROVINCE) for kind in ("mz", "ga", "sc"))
MATTER = "510701001001"
WANTING = Wanting(
    CIVIL, "居民死亡医学证明", ("死亡日期", "证明编号"), POLICE, (MATTER,), "停发高龄津贴", "老年人权益保障法"
)


@pytest.fixture(autouse=True)
def place(catalogue: None, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks.load_calendar()
    monkeypatch.setattr(matters, "item_states", lambda: {MATTER: "accepted"})
    monkeypatch.setattr(matters, "basic_items", lambda: [])


def ask(staff: Staff, noon: datetime, acting: Actor | None = None, key: str = "", **changes: Any) -> Wish:
    wanting = replace(WANTING, **changes)
    return exchange.wish_for(wanting=wanting, acting=acting or staff.civil, now=noon, key=key or new_id())


def answer(wish: Wish, verdict: WishAnswer, acting: Actor, noon: datetime, **rest: Any) -> Wish:
    parts: dict[str, Any] = {"opinion": "已研究", "key": new_id()} | rest
    return exchange.answer_wish(number=wish.number, verdict=verdict, acting=acting, now=noon, **parts)


def link(wish: Wish, acting: Actor, noon: datetime, resource: str = POPULATION) -> Wish:
    return exchange.link_wish(number=wish.number, resource=resource, acting=acting, now=noon, key=new_id())


def standing() -> list[Standing]:
    rows = models.Barrier.objects.filter(gone_at=None).order_by("id")
    return [exchange.barrier(row.number).found for row in rows]


def test_the_probable_department_owes_an_answer_in_ten_working_days(staff: Staff, noon: datetime) -> None:
    made = ask(staff, noon)
    assert (made.owner, made.state, made.due_on) == (POLICE, WishState.OPEN, date(2026, 12, 8))
    duty = duties.get(made.duty)
    assert (duty.kind, duty.owner, duty.subject, duty.due_on) == ("exchange.wish", POLICE, made.number, made.due_on)
    assert [one.action for one in audit.entries(target=made.number)] == ["exchange.wish_made"]
    assert not made.overdue(made.due_on)
    assert made.overdue(made.due_on + timedelta(days=1))


def test_where_nobody_knows_the_bureau_answers_and_passes_it_on(staff: Staff, noon: datetime) -> None:
    made = ask(staff, noon, provider="")
    bureau = officer("sj", "bureau", role=Role.DATA_BUREAU)
    assert made.owner == keys.bureau()
    on = answer(made, WishAnswer.FORWARDED, bureau, noon, to=POLICE, opinion="死亡登记在公安")
    assert (on.owner, on.state, [hop.receiver for hop in on.path]) == (POLICE, WishState.OPEN, [POLICE])
    assert duties.get(made.duty).state is DutyState.CLOSED
    assert duties.get(on.duty).owner == POLICE
    for unfit in (keys.bureau(), POLICE, CIVIL, "nobody"):
        with pytest.raises(RequestInvalid) as wrong:
            answer(made, WishAnswer.FORWARDED, staff.police, noon, to=unfit)
        assert "to" in wrong.value.fields


def test_accepted_it_is_met_by_an_entry_whose_data_can_be_asked(
    staff: Staff, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(staff, noon)
    with pytest.raises(WishDecided):
        link(made, staff.police, noon)
    done = answer(made, WishAnswer.ACCEPTED, staff.police, noon)
    assert (done.state, done.due_on) == (WishState.ACCEPTED, date(2026, 12, 22))
    assert duties.get(done.duty).kind == "exchange.wish_entry"
    outbox.drain()
    waiting = link(done, staff.police, noon)
    assert (waiting.state, waiting.resource) == (WishState.ACCEPTED, POPULATION), "nothing was delivered yet"
    assert exchange.note_wishes(now=noon) == 0
    monkeypatch.setattr(pool, "counts", lambda: {"population": 9})
    assert exchange.note_wishes(now=noon) == 1
    assert exchange.note_wishes(now=noon) == 0
    met = exchange.wish(made.number)
    assert (met.state, met.ended_at) == (WishState.MET, noon)
    assert duties.get(done.duty).closing["resource"] == POPULATION
    outbox.drain()
    told = [one.subject.zh for one in messages.inbox(CIVIL, size=9).items if one.about == made.number]
    assert sorted(told) == ["数据需求已同意编目：居民死亡医学证明", "数据需求已满足：居民死亡医学证明"]


def test_an_entry_that_is_there_meets_it_at_once(staff: Staff, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "counts", lambda: {"population": 9})
    done = answer(ask(staff, noon), WishAnswer.ACCEPTED, staff.police, noon)
    with pytest.raises(UnfitEntry):
        link(done, staff.police, noon, COMPANY)
    with pytest.raises(UnfitEntry):
        link(done, staff.police, noon, "no-such")
    assert link(done, staff.police, noon).state is WishState.MET


def test_a_suspended_entry_meets_nothing(staff: Staff, noon: datetime) -> None:
    done = answer(ask(staff, noon), WishAnswer.ACCEPTED, staff.police, noon)
    exchange.set_resource_state(
        code=POPULATION, state=ResourceState.SUSPENDED, reason="整改", acting=staff.police, now=noon, key="s"
    )
    with pytest.raises(UnfitEntry):
        link(done, staff.police, noon)


def test_the_barrier_lists_it_with_the_matters_that_wait(staff: Staff, noon: datetime) -> None:
    made = ask(staff, noon)
    exchange.find_barriers(now=noon)
    (one,) = [barrier for barrier in standing() if barrier.subject == made.number]
    assert (one.kind, one.cause, one.owner, one.waiting) == (BarrierKind.MISSING, "wished", POLICE, CIVIL)
    assert (one.label.zh, one.matters) == ("居民死亡医学证明", (MATTER,))
    answer(made, WishAnswer.REFUSED, staff.police, noon, basis="统计法第九条")
    exchange.find_barriers(now=noon)
    assert [barrier.cause for barrier in standing() if barrier.subject == made.number] == ["wish_refused"]
    exchange.withdraw_wish(number=made.number, reason="改用告知承诺", acting=staff.civil, now=noon, key="w")
    exchange.find_barriers(now=noon)
    assert [barrier for barrier in standing() if barrier.subject == made.number] == []


def test_a_refusal_has_a_basis_and_an_answer_is_final(staff: Staff, noon: datetime) -> None:
    made = ask(staff, noon)
    for fault in ({"basis": " "}, {"basis": "条例", "opinion": " "}):
        with pytest.raises(RequestInvalid):
            answer(made, WishAnswer.REFUSED, staff.police, noon, **fault)
    done = answer(made, WishAnswer.REFUSED, staff.police, noon, basis="统计法第九条")
    assert (done.state, done.basis) == (WishState.REFUSED, "统计法第九条")
    with pytest.raises(WishDecided):
        answer(made, WishAnswer.ACCEPTED, staff.police, noon)
    withdrawn = exchange.withdraw_wish(number=made.number, reason="不需要", acting=staff.civil, now=noon, key="w")
    with pytest.raises(WishDecided):
        exchange.withdraw_wish(number=made.number, reason="再撤", acting=staff.civil, now=noon, key="again")
    assert withdrawn.state is WishState.WITHDRAWN


def test_who_wishes_does_not_answer(staff: Staff, noon: datetime) -> None:
    both = replace(staff.civil, roles=(*staff.civil.roles, *staff.police.roles))
    made = ask(staff, noon, both)
    for acting in (both, replace(both, account="colleague")):
        with pytest.raises(FourEyes):
            answer(made, WishAnswer.ACCEPTED, acting, noon)
    for acting in (staff.market, staff.civil, SYSTEM, officer("ga", "clerk", role=Role.CLERK)):
        with pytest.raises(Forbidden):
            answer(made, WishAnswer.ACCEPTED, acting, noon)
    with pytest.raises(SignInNeeded):
        answer(made, WishAnswer.ACCEPTED, NOBODY, noon)
    for acting in (staff.market, officer("mz", "clerk", role=Role.CLERK)):
        with pytest.raises(Forbidden):
            ask(staff, noon, acting)
        with pytest.raises(Forbidden):
            exchange.withdraw_wish(number=made.number, reason="x", acting=acting, now=noon, key=acting.account)
    with pytest.raises(NotFound):
        exchange.wish("nothing")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"fields": ()}, "fields"),
        ({"fields": ("长" * 61,)}, "fields"),
        ({"why": ""}, "why"),
        ({"basis": "长" * 501}, "basis"),
        ({"provider": "nobody"}, "provider"),
        ({"provider": CIVIL}, "provider"),
        ({"matters": ("510701001999",)}, "matters"),
        ({"matters": ("户口",)}, "matters"),
    ],
)
def test_what_cannot_stand_says_why(staff: Staff, noon: datetime, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RequestInvalid) as refusal:
        ask(staff, noon, **changes)
    assert list(refusal.value.fields) == [field]


def test_one_key_is_one_wish_and_the_database_holds_the_rules(staff: Staff, noon: datetime) -> None:
    first = ask(staff, noon, key="k")
    assert ask(staff, noon, key="k") == first
    rows = models.Wish.objects.filter(number=first.number)
    for changes in ({"owner": CIVIL}, {"state": "refused"}, {"state": "met"}, {"decided_by": first.wished_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**changes)


def test_lists_show_what_concerns_whom(staff: Staff, noon: datetime) -> None:
    made = ask(staff, noon)
    other = ask(staff, noon + timedelta(days=1), name="不动产登记信息", provider=MARKET)

    def found(**rest: Any) -> list[str]:
        return [one.number for one in exchange.wishes(**({"now": noon} | rest)).items]

    assert found() == [other.number, made.number]
    assert found(departments=[POLICE]) == found(text="死亡") == [made.number]
    assert found(departments=[CIVIL], sort="due") == [made.number, other.number]
    assert found(state="accepted") == found(state="overdue") == []
    assert set(found(state="overdue", now=noon + timedelta(days=60))) == {made.number, other.number}
