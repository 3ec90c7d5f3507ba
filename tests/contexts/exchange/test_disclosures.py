"""Who used my data: all that may be shown and nothing else, with questions that get an answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange import models
from shudao.contexts.exchange.contracts.disputes import AlreadyAnswered, NoSuchUse, Partial, Tone
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.contexts.exchange.contracts.rights import Purpose, ShareRequest
from shudao.contexts.exchange.queries import ledger
from shudao.foundation.audit import api as audit
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.messages import api as messages
from shudao.foundation.outbox import api as outbox
from shudao.kernel.errors import Forbidden, NotFound
from tests.contexts.exchange.conftest import PROVINCE, Staff
from tests.contexts.exchange.disputing import Scene, bureau, scene
from tests.support.disclosing import Book

__all__ = ["scene"]
pytestmark = pytest.mark.django_db
CIVIL = identity.department_code("mz", PROVINCE)
AskFor = Callable[..., ShareRequest]


def entries(scene: Scene, **filters: Any) -> list[str]:
    return [one.line.entry for one in exchange.uses_of(scene.key, **{"now": scene.now} | filters)]


def granted(scene: Scene, staff: Staff, ask_for: AskFor, **changes: Any) -> str:
    """A grant of the relief system."""
    parts = {"system": scene.client, "acting": staff.civil, "purpose": Purpose.SUPERVISION, "key": str(changes)}
    asked = ask_for(**parts | changes)
    return exchange.decide_request(
        number=asked.number, grant=True, opinion="同意", acting=staff.police, now=scene.now, key=asked.number
    ).grant


def test_newest_first_and_only_ones_own_answers(scene: Scene) -> None:
    first = scene.used(at=scene.now - timedelta(days=2))
    second = scene.used()
    scene.used(subject="0" * 32)
    scene.used(outcome="no_grant")
    scene.used(outcome="no_record")
    assert entries(scene) == [second, first]
    (one, _) = exchange.uses_of(scene.key, now=scene.now)
    assert (one.department, one.verified) == (CIVIL, False)


def test_filters_by_department_and_local_days(scene: Scene) -> None:
    old = scene.used(at=scene.now - timedelta(days=10))
    window = scene.used(client=exchange.one_window_client())
    assert entries(scene, department=CIVIL) == [old]
    assert entries(scene, since=date(2026, 11, 24)) == [window]
    assert entries(scene, until=date(2026, 11, 14)) == [old]
    assert entries(scene, until=date(2026, 11, 13)) == []


def test_a_call_that_only_compared_is_said_so_without_the_mark_at_its_fields(scene: Scene) -> None:
    scene.used(fields=("name?",))
    (one,) = exchange.uses_of(scene.key, now=scene.now)
    assert (one.verified, one.line.fields) == (True, ("name",))


class TestDelay:
    def test_nothing_shows_before_the_day_and_everything_from_it_on(
        self, scene: Scene, staff: Staff, ask_for: AskFor
    ) -> None:
        grant = granted(scene, staff, ask_for)
        plain, hidden = scene.used(), scene.used(grant=grant)
        exchange.delay_disclosure(
            grant=grant, until=date(2026, 12, 1), basis="监察法第四十三条", acting=bureau(), now=scene.now, key="d"
        )
        later = scene.used(grant=grant)
        assert entries(scene) == [plain]
        with pytest.raises(NoSuchUse):
            exchange.use_of(scene.key, hidden, now=scene.now)
        with pytest.raises(NotFound):
            exchange.ask_about_use(
                entry=hidden, tone=Tone.QUESTION, text="为什么", acting=scene.wang, now=scene.now, key="q"
            )
        last_moment = scene.now.replace(hour=15, minute=59) + timedelta(days=6)
        assert entries(scene, now=last_moment) == [plain], "23:59 of the day before"
        assert set(entries(scene, now=last_moment + timedelta(minutes=1))) == {plain, hidden, later}
        assert audit.entries(target=grant)[0].reason == "监察法第四十三条"

    def test_a_later_word_counts(self, scene: Scene, staff: Staff, ask_for: AskFor) -> None:
        grant = granted(scene, staff, ask_for)
        used = scene.used(grant=grant)
        for day in (date(2026, 12, 1), date(2026, 11, 24)):
            exchange.delay_disclosure(
                grant=grant, until=day, basis="监察法", acting=bureau(), now=scene.now, key=day.isoformat()
            )
        assert entries(scene) == [used]
        assert [one.until for one in exchange.delays()] == [date(2026, 11, 24), date(2026, 12, 1)]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"basis": " "}, "basis"),
            ({"until": date(2026, 11, 23)}, "until"),
            ({"until": date(2027, 11, 25)}, "until"),
        ],
    )
    def test_what_cannot_stand(
        self, scene: Scene, staff: Staff, ask_for: AskFor, changes: dict[str, Any], field: str
    ) -> None:
        parts: dict[str, Any] = {"until": date(2026, 12, 1), "basis": "监察法"} | changes
        grant = granted(scene, staff, ask_for)
        with pytest.raises(RequestInvalid) as refusal:
            exchange.delay_disclosure(grant=grant, acting=bureau(), now=scene.now, key="d", **parts)
        assert field in refusal.value.fields

    def test_for_supervision_alone_and_by_the_bureau_alone(self, scene: Scene, staff: Staff, ask_for: AskFor) -> None:
        handling = granted(scene, staff, ask_for, purpose=Purpose.HANDLING)
        grant = granted(scene, staff, ask_for)

        def delay(number: str, acting: Any) -> Any:
            return exchange.delay_disclosure(
                grant=number, until=date(2026, 12, 1), basis="监察法", acting=acting, now=scene.now, key="d"
            )

        with pytest.raises(RequestInvalid):
            delay(handling, bureau())
        with pytest.raises(Forbidden):
            delay(grant, staff.civil)
        with pytest.raises(Partial):
            delay(grant, dataclasses.replace(bureau(), roles=(*bureau().roles, *staff.civil.roles)))
        with pytest.raises(NotFound):
            delay("nothing", bureau())


class TestQuestions:
    def ask(self, scene: Scene, entry: str, tone: Tone = Tone.QUESTION, **rest: Any) -> Any:
        parts = {"text": "为什么查我的住址？", "key": f"{entry}-{tone}", "acting": scene.wang} | rest
        return exchange.ask_about_use(entry=entry, tone=tone, now=scene.now, **parts)

    def test_the_calling_department_answers_in_ten_working_days(self, scene: Scene, staff: Staff) -> None:
        entry = scene.used()
        asked = self.ask(scene, entry)
        assert (asked.department, asked.due_on) == (CIVIL, date(2026, 12, 8))
        (duty,) = duties.listing(owner=CIVIL, kind="exchange.question").items
        with pytest.raises(Forbidden):
            exchange.answer_about_use(number=asked.number, text="x", acting=staff.police, now=scene.now, key="a")
        answered = exchange.answer_about_use(
            number=asked.number, text="办理临时救助，核对住址。", acting=staff.civil, now=scene.now, key="a"
        )
        outbox.drain()
        assert answered.answer == "办理临时救助，核对住址。"
        assert exchange.use_of(scene.key, entry, now=scene.now).questions == (answered,)
        assert duties.get(duty.number).state is DutyState.CLOSED
        assert [one.about for one in messages.inbox(scene.wang.account).items] == [asked.number]
        with pytest.raises(AlreadyAnswered):
            exchange.answer_about_use(number=asked.number, text="y", acting=staff.civil, now=scene.now, key="b")

    def test_one_question_and_one_objection_of_ones_own(self, scene: Scene, staff: Staff) -> None:
        entry, foreign = scene.used(), scene.used(subject="0" * 32)
        first = self.ask(scene, entry)
        assert self.ask(scene, entry) == first
        with pytest.raises(AlreadyAnswered):
            self.ask(scene, entry, key="other")
        assert self.ask(scene, entry, Tone.OBJECTION).tone is Tone.OBJECTION
        with pytest.raises(NoSuchUse):
            self.ask(scene, foreign)
        with pytest.raises(Forbidden):
            self.ask(scene, entry, acting=staff.civil)
        with pytest.raises(RequestInvalid):
            self.ask(scene, entry, text=" ", key="empty")
        assert exchange.questions(departments=[CIVIL], answered=False).total == 2

    def test_texts_lie_sealed(self, scene: Scene, staff: Staff) -> None:
        asked = self.ask(scene, scene.used())
        exchange.answer_about_use(number=asked.number, text="核对住址", acting=staff.civil, now=scene.now, key="a")
        row = models.Question.objects.get(number=asked.number)
        assert "住址".encode() not in bytes(row.text) + bytes(row.answer)
        assert "住址" not in repr(audit.entries(limit=200))


@given(who=st.lists(st.integers(0, 3), max_size=12))
@bounded(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_quick_search_finds_what_reading_all_finds(
    settings: Any, tmp_path_factory: pytest.TempPathFactory, who: list[int]
) -> None:
    folder: Path = tmp_path_factory.mktemp("ledger")
    settings.LEDGER_ROOT = folder
    keys = [f"{number:032x}" for number in range(4)]
    book = Book(folder, "P")
    for number, one in enumerate(who):
        book = Book(folder, "P") if number % 3 == 0 else book  # several files
        outcome = "answered" if number % 4 else "no_record"
        book.note(
            keys[one], client="c", resource="r", fields=("f",), at=datetime(2026, 11, 24, tzinfo=UTC), outcome=outcome
        )
    every = ledger.entries(resource="", client="", case="", limit=100)
    for key in keys:
        slow = [line for line in every if line.subject == key and line.outcome == "answered"]
        assert ledger.disclosures(key, limit=100) == slow
