"""The evidence in the room: who sees which calls, a person looked up for a reason, a call's proof, failing stamps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.adapters import keys
from shudao.contexts.exchange.contracts.evidence import CallFilter
from shudao.contexts.exchange.contracts.refusals import RequestInvalid
from shudao.foundation.audit import api as trail
from shudao.foundation.audit.contracts import Actor
from shudao.foundation.duties import api as duties
from shudao.foundation.duties.contracts import DutyState
from shudao.foundation.identity import api as identity
from shudao.foundation.identity.contracts import Role
from shudao.kernel.errors import Forbidden, NotFound
from shudao.kernel.ids import new_id
from shudao.kernel.time import fixed, local_date, using_clock
from shudao.plane.ledger import entry
from shudao.plane.ledger.segment import Segment
from tests.contexts.exchange.conftest import POPULATION, PROVINCE, Staff, officer
from tests.plane import ledgers
from tests.support.stamps import time_stamper

PERSON = "519901199001010018"
MICROS = 1_000_000


@dataclass
class Book:
    """Writes calls into the installation's ledger with its own key."""

    folder: Path
    noon: datetime

    def __post_init__(self) -> None:
        self._segment = Segment(self.folder, keys.ledger_signer())

    def note(self, number: int, *, source: str = "ga", **changes: Any) -> str:
        parts: dict[str, Any] = {
            "client": exchange.one_window_client(),
            "service": f"SHUDAO/GOV/{identity.department_code(source, PROVINCE)}/pool/{POPULATION}",
            "purpose": "handling",
            "case": f"C-{number}",
            "call": new_id(),
            "instant": int(self.noon.timestamp() + number) * MICROS,
        }
        one = msgspec.structs.replace(ledgers.sample(number), **(parts | changes))
        written = self._segment.write([entry.encode(one)])
        return f"{written.segment}:{written.first}"


@pytest.fixture
def book(catalogue: None, noon: datetime, settings: Any) -> Book:
    return Book(Path(settings.LEDGER_ROOT), noon)


def cases(acting: Actor, **asked: Any) -> list[str]:
    return [line.case for line in exchange.find_calls(CallFilter(**asked), acting=acting).page.items]


class TestFinding:
    def test_each_sees_what_is_theirs_newest_first(self, book: Book, staff: Staff) -> None:
        for number, source in enumerate(("ga", "mz", "ga")):
            book.note(number, source=source)
        auditor = officer("sj", "auditor", Role.AUDIT_ADMIN)
        assert cases(staff.bureau) == cases(auditor) == ["C-2", "C-1", "C-0"]
        assert cases(staff.police) == ["C-2", "C-0"]
        assert cases(staff.civil) == ["C-1"]
        assert cases(staff.stranger) == []
        with pytest.raises(Forbidden):
            cases(officer("ga", "reviewer", Role.REVIEWER))

    def test_by_case_caller_resource_and_day(self, book: Book, noon: datetime) -> None:
        book.note(1)
        book.note(2, client="SHUDAO/GOV/X/other", instant=int((noon - timedelta(days=3)).timestamp()) * MICROS)
        today, bureau = local_date(noon), officer("sj", "bureau", Role.DATA_BUREAU)
        assert cases(bureau, case="C-2") == ["C-2"]
        assert cases(bureau, client="SHUDAO/GOV/X/other") == ["C-2"]
        assert cases(bureau, resource=POPULATION) == ["C-1", "C-2"]
        assert cases(bureau, resource="nothing") == []
        assert cases(bureau, since=today) == ["C-1"]
        assert cases(bureau, until=today - timedelta(days=3)) == ["C-2"]
        page = exchange.find_calls(CallFilter(), page=2, size=1, acting=bureau).page
        assert ([line.case for line in page.items], page.total) == (["C-2"], 2)

    def test_a_person_is_looked_up_with_a_reason_and_the_trail_has_no_id(
        self, book: Book, staff: Staff, noon: datetime
    ) -> None:
        book.note(1, subject=identity.person_key(PERSON))
        book.note(2)
        how = {"asked": CallFilter(), "acting": staff.police, "now": noon}
        found = exchange.find_calls_about(resident_id=PERSON, reason="核查投诉 2026-17", **how)
        assert [line.case for line in found.page.items] == ["C-1"]
        written = next(one for one in trail.entries(account=staff.police.account) if "evidence" in one.action)
        assert written.reason == "核查投诉 2026-17"
        assert PERSON not in str(written)
        for resident_id, reason, field in ((PERSON, " ", "reason"), ("123", "核查", "resident_id")):
            with pytest.raises(RequestInvalid) as caught:
                exchange.find_calls_about(resident_id=resident_id, reason=reason, **how)
            assert set(caught.value.fields) == {field}


class TestOneCall:
    def test_its_proof_and_its_archive(self, book: Book, staff: Staff, noon: datetime) -> None:
        name = book.note(1)
        before = exchange.call_evidence(name, acting=staff.police)
        assert (before.proof, before.holds) == (None, False)
        with pytest.raises(NotFound):
            exchange.evidence_archive(name, acting=staff.police, now=noon)
        exchange.ledger_checkpoint(now=noon)
        found = exchange.call_evidence(name, acting=staff.police)
        assert found.holds
        assert found.proof is not None
        assert (found.proof.size, found.line.case) == (1, "C-1")
        assert exchange.evidence_archive(name, acting=staff.police, now=noon).startswith(b"PK")
        assert [one.case for one in trail.entries(target=name)] == ["C-1"]

    def test_foreign_and_absent_look_alike(self, book: Book, staff: Staff) -> None:
        name = book.note(1)
        for wrong, acting in (
            (name, staff.civil),
            (name[:-1] + "9", staff.police),
            ("../x:1", staff.police),
            ("x", staff.police),
        ):
            with pytest.raises(NotFound):
                exchange.call_evidence(wrong, acting=acting)


class TestStamps:
    @pytest.fixture
    def authority(self, tmp_path: Path, settings: Any) -> Callable[[str], None]:
        made = time_stamper(tmp_path / "tsa")
        settings.LEDGER_TSA_ROOTS = str(made.root)

        def do(command: str = "") -> None:
            q = f"{made.folder}/q"
            script = f'cat > "{q}" && openssl ts -reply -config "{made.folder}/tsa.cnf" -queryfile "{q}"'
            settings.LEDGER_TSA = "command:" + (command or f"sh -c '{script} -section tsa'")

        return do

    def test_without_an_authority_nothing_is_stamped(self, book: Book, noon: datetime) -> None:
        book.note(1)
        exchange.ledger_checkpoint(now=noon)
        assert exchange.ledger_stamp(now=noon) is False
        assert exchange.ledger_standing(now=noon + timedelta(days=1)).late is False

    def test_a_failing_authority_shows_becomes_a_duty_and_is_made_up_for(
        self, book: Book, noon: datetime, authority: Callable[..., None]
    ) -> None:
        authority("false")
        book.note(1)
        exchange.ledger_checkpoint(now=noon)
        assert exchange.ledger_stamp(now=noon) is False
        assert duties.listing(kind="exchange.stamps_late").total == 0
        later = noon + timedelta(hours=2)
        for _ in range(2):
            assert exchange.ledger_stamp(now=later) is False
        standing = exchange.ledger_standing(now=later)
        assert (standing.late, "command" in standing.why) == (True, True)
        assert [one.state for one in duties.listing(kind="exchange.stamps_late").items] == [DutyState.OPEN]
        authority()
        assert exchange.ledger_stamp(now=later) is True
        assert exchange.ledger_stamp(now=later) is False
        standing = exchange.ledger_standing(now=later)
        assert (standing.late, standing.why) == (False, "")
        assert standing.stamped is not None
        assert standing.stamped.size == 1
        assert [one.state for one in duties.listing(kind="exchange.stamps_late").items] == [DutyState.CLOSED]
        assert any("stamped as far as 1" in note for note in exchange.ledger_verify().notes)


class TestTheCommand:
    @pytest.fixture
    def told(self, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
        def do(*words: str) -> Any:
            call_command("ledger", *words, "--json")
            return json.loads(capsys.readouterr().out)

        return do

    def test_every_action_prints_one_object(self, book: Book, noon: datetime, told: Callable[..., Any]) -> None:
        name = book.note(1)
        with using_clock(fixed(noon)):
            root = told("checkpoint")["root"]
        assert told("prove", name)["root"] == root
        assert told("verify", "--processes", "1")["ok"] is True
        assert told("status")["newest"]["size"] == 1

    def test_words_for_people(self, book: Book, noon: datetime, capsys: pytest.CaptureFixture[str]) -> None:
        book.note(1)
        exchange.ledger_checkpoint(now=noon)
        call_command("ledger", "verify", "--processes", "1")
        assert "every entry, receipt and checkpoint holds" in capsys.readouterr().out
        call_command("ledger", "status")
        assert "no authority is configured" in capsys.readouterr().out

    def test_a_key_that_is_none_is_refused(self, book: Book, tmp_path: Path) -> None:
        (tmp_path / "key.pem").write_text("x")
        with pytest.raises(CommandError):
            call_command("ledger", "verify", "--witness-key", str(tmp_path / "key.pem"))

    def test_it_measures(self, told: Callable[..., Any]) -> None:
        found = told("bench", "--entries", "2000")
        goals = ("durable_entries_per_second", "proof_ms", "verified_entries_per_second")
        assert all(found[name] > 0 for name in goals)
