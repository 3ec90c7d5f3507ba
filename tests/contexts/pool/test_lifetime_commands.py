"""How long things stay, from the command line and by themselves."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from shudao.contexts.pool import api as pool
from shudao.contexts.pool import tasks
from shudao.kernel import time
from tests.contexts.pool.payments import CODE, Payments

pytestmark = pytest.mark.django_db
Run = Callable[..., Any]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with --json and return what it printed."""

    def do(*words: str) -> Any:
        capsys.readouterr()
        call_command("pool", *words, "--json")
        return json.loads(capsys.readouterr().out)

    return do


def test_from_merging_to_dropping(payments: Payments, run: Run) -> None:
    payments.grow(Random("words"), 2)
    assert run("compact", CODE) == {"snapshot": 4}
    assert [one["kind"] for one in run("snapshot", CODE)] == ["compaction", "delivery", "delivery", "delivery"]
    day = time.local_date(payments.now).isoformat()
    assert run("snapshot", CODE, "--at", day)["number"] == 4
    assert run("snapshot", CODE, "--at", "2020-01-31") is None
    assert run("snapshot", CODE, "--keep", "2") == {"snapshot": 2, "pinned": True}
    assert run("snapshot", CODE, "--release", "2") == {"snapshot": 2, "pinned": False}
    assert run("snapshot", CODE, "--drop", "2", "--reason", "delivered twice")["snapshot"] == 2
    with pytest.raises(CommandError, match="4"):
        call_command("pool", "snapshot", CODE, "--drop", "4", "--reason", "delivered twice")
    with pytest.raises(CommandError):
        call_command("pool", "snapshot", CODE, "--at", "yesterday")


def test_somebody_leaves_by_standard_input(payments: Payments, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    payments.grow(Random("leave"), 1)
    person = next(who for who, _ in payments.state)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{person}\n"))
    done = run("erase", "--reason", "本人申请删除")
    assert (done["rows"] > 0, done["waiting"]) == (True, [])
    assert pool.lookup(CODE, person) is None


def test_keys_are_changed_and_people_read_sentences(
    payments: Payments, run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    payments.grow(Random("keys"), 1)
    assert run("rotate", "vault")["key"].startswith("pool-vault-")
    with pytest.raises(CommandError):
        call_command("pool", "rotate", "subject")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{payments.people[0]}\n"))
    for words in (["compact", CODE], ["snapshot", CODE], ["rotate", "files"], ["erase", "--reason", "本人申请删除"]):
        call_command("pool", *words)
    told = capsys.readouterr().out
    for sentence in ("snapshot 3 shows", "(compaction) as of", "is the key now", "rows set aside left"):
        assert sentence in told


def test_the_worker_starts_what_is_due(payments: Payments, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    monkeypatch.setattr(tasks._Taker, "start", lambda taker: started.append(1))
    payments.grow(Random("due"), 8)
    tasks.upkeep()
    assert len(started) == 1
    assert any(one.startswith(f"compacted {CODE}") for one in run("upkeep"))
    tasks.upkeep()
    assert len(started) == 1
    assert run("upkeep") == []
