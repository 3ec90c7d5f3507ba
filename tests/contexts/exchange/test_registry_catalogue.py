"""The catalogue: found by words, kept in versions, suspended and retired, late when its data are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from demo import exchange as seeding
from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import keys, words
from shudao.contexts.exchange.contracts.refusals import NotOffered, RequestInvalid, ResourceRetired, VersionUnknown
from shudao.contexts.exchange.contracts.registry import Looked, Resource, ResourceState, ShareType
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.foundation.audit import api as audit
from shudao.foundation.audit.contracts import SYSTEM
from shudao.kernel.errors import Forbidden
from shudao.kernel.texts import Text
from shudao.kernel.time import fixed, local_date, using_clock
from shudao.plane import snapshot as plane
from tests.contexts.exchange.conftest import COMPANY, MARRIAGE, POPULATION, Staff
from tests.contexts.pool.conftest import Deliver

pytestmark = pytest.mark.django_db
Change = Callable[..., Resource]
Ask = Callable[..., ShareRequest]


@pytest.fixture
def change(catalogue: None, staff: Staff, noon: datetime) -> Change:
    """Let the police change the population's entry."""

    def do(reason: str = "修订", **changes: Any) -> Resource:
        entry = replace(exchange.resource(POPULATION), **changes)
        return exchange.register_resource(
            resource=entry, reason=reason, acting=staff.police, now=noon, key=repr(changes)[:150][:150]
        )

    return do


def codes(**looked: Any) -> list[str]:
    return [one.resource.code for one in exchange.search_resources(Looked(**looked)).items]


@pytest.mark.parametrize(
    ("looked", "found"),
    [
        ({"text": "人口"}, [MARRIAGE, POPULATION]),
        ({"text": "人口基本信息"}, [POPULATION]),
        ({"text": "婚姻登记"}, [MARRIAGE]),
        ({"text": "法定代表人"}, [COMPANY]),
        ({"text": "配偶姓名"}, [MARRIAGE]),
        ({"text": "公安厅 户籍地址"}, [POPULATION]),
        ({"text": "spouse"}, [MARRIAGE]),
        ({"text": POPULATION.upper()}, [POPULATION]),
        ({"text": "没有这个词"}, []),
        ({"class_code": "102"}, [COMPANY]),
        ({"share_type": ShareType.UNCONDITIONAL}, [COMPANY]),
        ({"state": ResourceState.SUSPENDED}, []),
        ({"sort": "-code"}, [POPULATION, MARRIAGE, COMPANY]),
        ({"sort": "nonsense"}, [COMPANY, MARRIAGE, POPULATION]),
    ],
)
def test_entries_are_found(catalogue: None, looked: dict[str, Any], found: list[str]) -> None:
    assert codes(**looked) == found


def test_entries_are_found_by_provider(catalogue: None) -> None:
    assert codes(provider=exchange.resource(POPULATION).provider) == [POPULATION]


def test_a_question_is_cut_into_words_and_bounded() -> None:
    assert words.asked("户籍人口的数据") == ["户籍", "人口"]
    assert words.asked("数据") == ["数据"], "nothing else is left"
    assert len(words.asked(" ".join(f"w{number}" for number in range(100)))) == words.MOST


def test_each_change_keeps_the_former_entry_whole(change: Change, staff: Staff) -> None:
    first = exchange.resource(POPULATION)
    second = change(abstract=Text("新的摘要"), reason="改摘要")
    third = change(items=first.items[1:], reason="减少信息项")
    found = exchange.resource_versions(POPULATION)
    assert [one.resource for one in found] == [third, second, first]
    assert [one.resource.version for one in found] == [3, 2, 1]
    assert [(one.reason, one.changed_by) for one in found[:2]] == [
        ("减少信息项", staff.police.account),
        ("改摘要", staff.police.account),
    ]


def test_two_versions_are_compared_field_by_field(change: Change) -> None:
    first = exchange.resource(POPULATION)
    sharper = replace(first.items[1], sensitivity=3)
    second = change(name=Text("人口信息"), items=(sharper, *first.items[2:]))
    found = {one.field: (one.before, one.after) for one in exchange.compare_versions(POPULATION, 1, 2)}
    assert found == {
        "name": (first.name, second.name),
        f"items.{first.items[0].name}": (first.items[0], None),
        f"items.{sharper.name}": (first.items[1], sharper),
    }
    assert exchange.compare_versions(POPULATION, 2, 2) == []
    with pytest.raises(VersionUnknown):
        exchange.compare_versions(POPULATION, 1, 9)


def test_what_says_the_same_is_no_version(change: Change) -> None:
    before = len(audit.entries(target=POPULATION))
    assert change().version == 1
    assert len(audit.entries(target=POPULATION)) == before


def set_state(code: str, state: ResourceState, staff: Staff, now: datetime, reason: str = "核查") -> Resource:
    return exchange.set_resource_state(
        code=code, state=state, reason=reason, acting=staff.police, now=now, key=f"{state}-{reason}"
    )


def told(settings: Any) -> set[str]:
    found = plane.read(Path(settings.SNAPSHOT_ROOT), keys.snapshot_verifiers())
    return {one.code for one in found.resources}


@pytest.mark.django_db(transaction=True)
def test_a_suspended_entry_answers_nobody_and_is_not_offered(
    catalogue: None, staff: Staff, noon: datetime, settings: Any, client: Client
) -> None:
    set_state(POPULATION, ResourceState.SUSPENDED, staff, noon)
    assert POPULATION not in told(settings)
    assert POPULATION not in codes()
    assert codes(state=ResourceState.SUSPENDED) == [POPULATION]
    assert client.get(f"/api/v1/exchange/resources/{POPULATION}").json()["state"] == "suspended"
    back = set_state(POPULATION, ResourceState.PUBLISHED, staff, noon, "恢复")
    assert (back.state_why, back.version) == ("", 3)
    assert POPULATION in told(settings)


def test_new_words_do_not_bring_a_suspended_entry_back(change: Change, staff: Staff, noon: datetime) -> None:
    set_state(POPULATION, ResourceState.SUSPENDED, staff, noon)
    assert change(abstract=Text("新"), state=ResourceState.PUBLISHED).state is ResourceState.SUSPENDED


def test_a_retired_entry_stays_so(change: Change, staff: Staff, noon: datetime) -> None:
    set_state(POPULATION, ResourceState.RETIRED, staff, noon)
    with pytest.raises(ResourceRetired):
        change(abstract=Text("新"))
    with pytest.raises(ResourceRetired):
        set_state(POPULATION, ResourceState.PUBLISHED, staff, noon, "恢复")


def test_only_the_provider_and_the_bureau_change_an_entry(catalogue: None, staff: Staff, noon: datetime) -> None:
    how: dict[str, Any] = {"acting": staff.civil, "now": noon, "key": "x"}
    with pytest.raises(Forbidden):
        exchange.register_resource(resource=exchange.resource(POPULATION), **how)
    with pytest.raises(Forbidden):
        exchange.set_resource_state(code=POPULATION, state=ResourceState.RETIRED, reason="x", **how)
    with pytest.raises(RequestInvalid):
        set_state(POPULATION, ResourceState.SUSPENDED, staff, noon, " ")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "有汉字"}, "code"),
        ({"code": "-x-"}, "code"),
        ({"name": Text(" ")}, "name"),
        ({"abstract": Text("")}, "abstract"),
        ({"catalogue_code": "9"}, "catalogue_code"),
        ({"opened": True}, "opened"),
        ({"matters": ("1234",)}, "matters"),
        ({"related": ("nothing",)}, "related"),
        ({"related": (POPULATION,)}, "related"),
        ({"condition": Text("")}, "condition"),
        ({"sensitivity": 1}, "sensitivity"),
        ({"row_field": "nothing"}, "row_field"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(
    catalogue: None, noon: datetime, changes: dict[str, Any], field: str
) -> None:
    entry = replace(seeding.resources(local_date(noon))[0], **changes)
    with pytest.raises(RequestInvalid) as refused:
        exchange.register_resource(resource=entry, acting=SYSTEM, now=noon, key="x")
    assert list(refused.value.fields) == [field]


def test_data_older_than_the_cycle_are_shown_as_late(catalogue: None, deliver: Deliver, noon: datetime) -> None:
    assert exchange.resource_entry(POPULATION).updated_at is None
    deliver("population")
    with using_clock(fixed(noon + timedelta(days=1))):
        assert not exchange.resource_entry(POPULATION).late
    with using_clock(fixed(noon + timedelta(days=3))):
        assert exchange.resource_entry(POPULATION).late
        assert codes(late=True) == [POPULATION]


def test_anybody_searches_the_public_catalogue(catalogue: None, client: Client) -> None:
    root = "/api/v1/exchange/resources"
    told = client.get(root, {"text": "配偶", "share_type": "2"}).json()
    assert [one["code"] for one in told["items"]] == [MARRIAGE]
    assert (told["items"][0]["source"], told["items"][0]["late"]) == ("dataset", False)
    assert client.get(root, {"class_code": "102"}).json()["total"] == 1
    assert client.get(root, {"share_type": "9"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_an_item_taken_out_of_an_entry_is_no_longer_given(
    change: Change, ask_for: Ask, staff: Staff, noon: datetime, settings: Any
) -> None:
    asked = ask_for()
    exchange.decide_request(number=asked.number, grant=True, opinion="同意", acting=staff.police, now=noon, key="d")
    assert fields_told(settings) == [("name", "birth_date")]
    items = exchange.resource(POPULATION).items
    change(items=tuple(item for item in items if item.name != "name"))
    assert fields_told(settings) == [("birth_date",)]
    change(items=tuple(item for item in items if item.name not in ("name", "birth_date")))
    assert fields_told(settings) == []


def fields_told(settings: Any) -> list[tuple[str, ...]]:
    found = plane.read(Path(settings.SNAPSHOT_ROOT), keys.snapshot_verifiers())
    return [one.fields for one in found.grants]


def test_nobody_asks_for_what_is_suspended(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    set_state(POPULATION, ResourceState.SUSPENDED, staff, noon)
    with pytest.raises(NotOffered):
        ask_for()
