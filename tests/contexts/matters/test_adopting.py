"""A new version of a basic item, and what each body makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shudao.contexts.matters import api
from shudao.contexts.matters.contracts import (
    Adoption,
    AdoptionInvalid,
    AdoptionState,
    AlreadyDecided,
    Differing,
    TimeLimit,
)
from shudao.contexts.matters.events import ImplementationChanged
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.outbox import api as outbox
from shudao.foundation.outbox.events import Event
from shudao.kernel.errors import Forbidden
from shudao.kernel.texts import Text
from tests.contexts.matters.conftest import Load
from tests.contexts.matters.life import HERE, PROVINCE, Office
from tests.contexts.matters.places import GUANGAN, WUHOU

FASTER = TimeLimit(3, "1")
SLOW: dict[str, Any] = {
    "item": "test-registration",
    "within": ["5116"],
    "set": {"promised": {"days": 9, "unit": "1"}},
    "reason": "路途远",
    "reason_en": "Far away",
}
REASON = Text("当地路途远", "Far away here")


@pytest.fixture
def office(load: Load, noon: datetime) -> Office:
    load()
    return Office(noon)


def owed(division: str) -> Adoption:
    body = identity.department_code("mz", division)
    (found,) = api.adoptions(bodies=[body], state=AdoptionState.OPEN).items
    return found


def test_each_body_that_decides_is_asked_once_with_all_that_it_answers_for(office: Office) -> None:
    office.published(promised=FASTER)
    one = owed(GUANGAN)
    assert (one.implementations, one.version) == (5, 2)
    assert api.adoptions(item=HERE).total == 2
    duty = duties.get(one.duty)
    assert (duty.kind, duty.owner, duty.due_on) == ("matters.adopt", one.body, one.due_on)
    assert api.item_life(HERE).behind == 10


def test_until_it_answers_a_body_stays_where_it_is(office: Office) -> None:
    office.published(promised=FASTER)
    matter = api.implementation_at(HERE, GUANGAN)
    assert (matter.version, matter.item_version, matter.promised.amount) == (1, 1, 5)


def test_accepting_moves_all_that_the_body_decides_about(office: Office) -> None:
    office.published(promised=FASTER)
    before = api.implementation_at(HERE, GUANGAN)
    one = owed(GUANGAN)
    done = api.accept_version(
        number=one.number, acting=office.manager("guangan", "mz", GUANGAN), now=office.now, key="a"
    )
    assert (done.state, duties.get(one.duty).state) == (AdoptionState.ACCEPTED, DutyState.CLOSED)
    after = [api.implementation(code) for code in api.decided_by(one.body, HERE)]
    assert {(matter.item_version, matter.version, matter.promised.amount) for matter in after} == {(2, 2, 3)}
    assert len(after) == 5
    assert api.rows([before.task_code])[before.task_code].promised.amount == 3
    assert api.implementation(before.task_code, version=1) == before
    assert api.implementation_at(HERE, WUHOU).item_version == 1
    assert api.item_life(HERE).behind == 5


def test_others_hear_which_implementations_changed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Event] = []
    office.published(promised=FASTER)
    one, acting = owed(WUHOU), office.manager("wuhou", "mz", WUHOU)
    monkeypatch.setattr(outbox, "emit", lambda event, *, now: heard.append(event))
    api.accept_version(number=one.number, acting=acting, now=office.now, key="a")
    (told,) = [event for event in heard if isinstance(event, ImplementationChanged)]
    assert (told.catalog_code, len(told.task_codes)) == (HERE, 5)


def test_differing_needs_a_reason_and_a_field_that_places_may_set(office: Office) -> None:
    office.published(promised=FASTER)
    one, acting = owed(GUANGAN), office.manager("guangan", "mz", GUANGAN)
    wrong = [
        (Differing({"promised": {"amount": 6, "unit": "1"}}, Text("")), "reason"),
        (Differing({}, REASON), "fields"),
        (Differing({"legal": {"amount": 60, "unit": "1"}}, REASON), "legal"),
        (Differing({"promised": {"amount": "many", "unit": "1"}}, REASON), "promised"),
        (Differing({"promised": {"amount": 60, "unit": "1"}}, REASON), "promised"),
    ]
    for number, (wanted, field) in enumerate(wrong):
        with pytest.raises(AdoptionInvalid) as refused:
            api.differ_from_version(number=one.number, wanted=wanted, acting=acting, now=office.now, key=f"w{number}")
        assert set(refused.value.fields) == {field}
    right = Differing({"promised": {"amount": 6, "unit": "1"}}, REASON)
    done = api.differ_from_version(number=one.number, wanted=right, acting=acting, now=office.now, key="r")
    assert (done.state, done.reason) == (AdoptionState.DIFFERING, REASON)
    matter = api.implementation_at(HERE, GUANGAN)
    assert (matter.item_version, matter.promised.amount) == (2, 6)
    assert [(one.field, one.reason) for one in matter.overrides] == [("promised", REASON)]


def test_what_a_place_had_set_stays_where_it_still_fits(load: Load, noon: datetime) -> None:
    load(overrides=[SLOW])
    office = Office(noon)
    office.published(conditions=Text("新条件。", "New conditions."))
    acting = office.manager("guangan", "mz", GUANGAN)
    api.accept_version(number=owed(GUANGAN).number, acting=acting, now=noon, key="a")
    matter = api.implementation_at(HERE, GUANGAN)
    assert (matter.promised.amount, matter.conditions.zh) == (9, "新条件。")


def test_what_does_not_fit_any_more_has_to_be_set_anew(load: Load, noon: datetime) -> None:
    load(overrides=[SLOW])
    office = Office(noon)
    office.published(legal=TimeLimit(8, "1", basis=("tst:1",)))
    acting = office.manager("guangan", "mz", GUANGAN)
    number = owed(GUANGAN).number
    with pytest.raises(AdoptionInvalid) as refused:
        api.accept_version(number=number, acting=acting, now=noon, key="a")
    assert set(refused.value.fields) == {"promised"}
    wanted = Differing({"promised": {"amount": 8, "unit": "1"}}, REASON)
    api.differ_from_version(number=number, wanted=wanted, acting=acting, now=noon, key="b")
    assert api.implementation_at(HERE, GUANGAN).promised.amount == 8


def test_only_the_body_answers_and_once(office: Office) -> None:
    office.published(promised=FASTER)
    one = owed(GUANGAN)
    for name, kind, division in (("wuhou", "mz", WUHOU), ("province", "mz", PROVINCE)):
        with pytest.raises(Forbidden):
            api.accept_version(number=one.number, acting=office.manager(name, kind, division), now=office.now, key="x")
    acting = office.manager("guangan", "mz", GUANGAN)
    first = api.accept_version(number=one.number, acting=acting, now=office.now, key="a")
    assert api.accept_version(number=one.number, acting=acting, now=office.now, key="a") == first
    with pytest.raises(AlreadyDecided):
        api.accept_version(number=one.number, acting=acting, now=office.now, key="b")


def test_a_later_version_takes_the_place_of_what_was_owed(office: Office) -> None:
    office.published(promised=FASTER)
    former = owed(GUANGAN)
    office.published(promised=TimeLimit(2, "1"))
    assert api.adoption(former.number).state is AdoptionState.SUPERSEDED
    assert duties.get(former.duty).state is DutyState.CLOSED
    assert owed(GUANGAN).version == 3
    assert api.adoption_counts(HERE)[AdoptionState.OPEN] == 2


def test_a_body_drops_and_sets_its_own_at_any_time(load: Load, noon: datetime) -> None:
    load(overrides=[SLOW])
    office, body = Office(noon), identity.department_code("mz", GUANGAN)
    acting = office.manager("guangan", "mz", GUANGAN)
    nothing = Differing({}, Text(""))
    changed = api.set_own_fields(
        catalog_code=HERE, body=body, wanted=nothing, drop=["promised"], acting=acting, now=noon, key="1"
    )
    assert (changed, api.implementation_at(HERE, GUANGAN).overrides) == (5, ())
    wanted = Differing({"visits": 0, "handle_area": "3"}, REASON)
    api.set_own_fields(catalog_code=HERE, body=body, wanted=wanted, acting=acting, now=noon, key="2")
    assert api.implementation_at(HERE, GUANGAN).handle_area == "3"


def test_a_load_that_overwrites_ends_what_is_owed(office: Office, load: Load) -> None:
    office.published(promised=FASTER)
    one = owed(GUANGAN)
    load(overwrite=True)
    assert api.adoption(one.number).state is AdoptionState.SUPERSEDED
    assert duties.get(one.duty).state is DutyState.CLOSED
