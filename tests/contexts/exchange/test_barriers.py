"""Barriers are found once, told as events, and gone with their cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.barriers import Barrier, BarrierKind
from shudao.contexts.exchange.contracts.rights import ShareRequest
from shudao.contexts.matters import api as matters
from shudao.foundation.audit import api as trail
from shudao.kernel.errors import NotFound
from shudao.kernel.texts import Text
from tests.contexts.exchange.conftest import COMPANY, MARRIAGE, POPULATION, Staff
from tests.contexts.exchange.test_evidence import Book
from tests.contexts.exchange.test_rights import decide

pytestmark = pytest.mark.django_db
Ask = Callable[..., ShareRequest]


def paper(resource: str, name: str = "户口簿") -> Any:
    return SimpleNamespace(name=Text(name), resource=resource, need="1", source="20", licence_type="", from_form=False)


@pytest.fixture(autouse=True)
def needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """One published matter that needs the population register."""
    item = SimpleNamespace(catalog_code="510701001001", materials=(paper(POPULATION),))
    monkeypatch.setattr(matters, "basic_items", lambda: [item])


def standing() -> list[Barrier]:
    return [exchange.barrier(row.number) for row in models.Barrier.objects.filter(gone_at=None).order_by("id")]


def test_found_once_and_gone_with_the_cause(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    assert exchange.find_barriers(now=noon) == (0, 0)
    decide(ask_for(), staff.police, noon, grant=False, basis="条例第八条")
    assert exchange.find_barriers(now=noon) == (1, 0)
    assert exchange.find_barriers(now=noon) == (0, 0)
    (one,) = standing()
    assert (one.found.kind, one.found.resource, one.found.matters) == ("refused", POPULATION, ("510701001001",))
    decide(ask_for(key="again"), staff.police, noon)
    assert exchange.find_barriers(now=noon + timedelta(hours=1)) == (0, 1)
    gone = exchange.barrier(one.number)
    assert (gone.found, gone.gone_at) == (one.found, noon + timedelta(hours=1)), "kept as it was, with its end"
    acts = [entry.action for entry in trail.entries(target=one.number)]
    assert sorted(acts) == ["exchange.barrier_found", "exchange.barrier_gone"]
    with pytest.raises(NotFound):
        exchange.barrier("nothing")


def test_what_comes_back_is_another_barrier_and_what_changes_is_told_anew(
    ask_for: Ask, staff: Staff, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = decide(ask_for(), staff.police, noon).grant
    exchange.revoke(grant=number, reason="滥用", acting=staff.police, now=noon, key="r")
    exchange.find_barriers(now=noon)
    (first,) = standing()
    assert (first.found.kind, first.found.cause) == (BarrierKind.EXPIRED, "withdrawn")
    both = [SimpleNamespace(catalog_code=code, materials=(paper(POPULATION),)) for code in ("1", "2")]
    monkeypatch.setattr(matters, "basic_items", lambda: both)
    assert exchange.find_barriers(now=noon) == (1, 0)
    assert exchange.barrier(first.number).found.matters == ("1", "2")
    monkeypatch.setattr(matters, "basic_items", lambda: [])
    assert exchange.find_barriers(now=noon) == (0, 1)
    monkeypatch.setattr(matters, "basic_items", lambda: both)
    exchange.find_barriers(now=noon)
    assert [one.number == first.number for one in standing()] == [False]


def test_time_alone_makes_them(ask_for: Ask, staff: Staff, noon: datetime) -> None:
    asked = ask_for()
    late = noon + timedelta(days=40)
    exchange.find_barriers(now=late)
    assert [(one.found.kind, one.found.subject) for one in standing()] == [(BarrierKind.LATE, asked.number)]
    decide(asked, staff.police, late)
    grant = exchange.grants()[0]
    long_after = noon + timedelta(days=89)
    exchange.find_barriers(now=long_after)
    assert [one.found.cause for one in standing()] == ["supply"]
    exchange.find_barriers(now=noon + timedelta(days=120))
    assert [(one.found.kind, one.found.subject) for one in standing()] == [(BarrierKind.EXPIRED, grant.number)]


def test_a_right_that_is_used_is_no_barrier(ask_for: Ask, staff: Staff, noon: datetime, settings: Any) -> None:
    asked = ask_for(valid_to=noon.date() + timedelta(days=400))
    decide(asked, staff.police, noon)
    models.Grant.objects.update(supplied_at=noon)
    book = Book(Path(settings.LEDGER_ROOT), noon)
    later = noon + timedelta(days=100)
    exchange.find_barriers(now=later)
    assert [one.found.kind for one in standing()] == [BarrierKind.UNUSED]
    book.note(1, instant=int((later - timedelta(days=1)).timestamp()) * 1_000_000)
    exchange.index_ledger()
    assert exchange.find_barriers(now=later) == (0, 1)


def test_a_source_that_fails_until_it_answers(catalogue: None, noon: datetime, settings: Any) -> None:
    book = Book(Path(settings.LEDGER_ROOT), noon)
    for number in range(3):
        exchange.index_ledger()
        assert exchange.find_barriers(now=noon) == (0, 0), number
        book.note(number, outcome="upstream_timeout")
    exchange.index_ledger()
    exchange.find_barriers(now=noon)
    (one,) = standing()
    assert (one.found.kind, one.found.cause, one.found.owner) == (
        BarrierKind.BROKEN,
        "upstream_timeout",
        exchange.resource(POPULATION).provider,
    )
    book.note(4)
    exchange.index_ledger()
    assert exchange.find_barriers(now=noon) == (0, 1)


def test_what_stands_in_no_catalogue(catalogue: None, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    papers = (paper("sjzy-nothing"), paper("", "无犯罪记录证明"), paper(MARRIAGE), paper(COMPANY))
    monkeypatch.setattr(matters, "basic_items", lambda: [SimpleNamespace(catalog_code="1", materials=papers)])
    exchange.find_barriers(now=noon)
    assert {(one.found.cause, one.found.label.zh) for one in standing()} == {
        ("uncatalogued", "户口簿"),
        ("no_source", "无犯罪记录证明"),
    }
