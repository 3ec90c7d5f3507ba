"""The pool from the command line: what an operator types, and what it answers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from demo import people, populations
from shudao.contexts.pool.models import DataFile

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """Run a command with --json and return what it printed."""
    call_command("pool", *words, "--json")
    return json.loads(capsys.readouterr().out)


def test_from_the_contract_to_the_look_up(
    delivery: populations.Written,
    world: people.World,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    assert run(capsys, "create", "population")["version"] == 1
    batch = run(capsys, "ingest", "population", str(delivery.files["population"]), "--key", "one")
    assert batch["rows"] == batch["good"] + batch["quarantined"] == 600
    assert run(capsys, "ingest", "population", str(delivery.files["population"]), "--key", "one") == batch
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{world.people[0].resident_id}\n"))
    assert run(capsys, "lookup", "population") == {"rows": 1, "snapshot": 1}
    assert [one["number"] for one in run(capsys, "snapshots", "population")] == [1]
    assert run(capsys, "check") == []
    path = Path(settings.POOL_ROOT) / DataFile.objects.first().path  # type: ignore[union-attr]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(CommandError, match="1 things"):
        call_command("pool", "check")
    assert path.name in capsys.readouterr().out


def test_rows_that_are_there_are_not_added_again(
    delivery: populations.Written, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "create", "marriage")
    first = run(capsys, "ingest", "marriage", str(delivery.files["marriage"]))
    again = run(capsys, "ingest", "marriage", str(delivery.files["marriage"]), "--mode", "append")
    assert (again["mode"], again["good"], again["rows"]) == ("append", 0, first["rows"])


def test_people_read_sentences(delivery: populations.Written, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("pool", "create", "marriage")
    call_command("pool", "ingest", "marriage", str(delivery.files["marriage"]))
    call_command("pool", "snapshots", "marriage")
    call_command("pool", "check", "marriage")
    told = capsys.readouterr().out
    assert "marriage: version 1" in told
    assert "160 rows = " in told
    assert "1 ←" in told
    assert "1 datasets are as they were written" in told


def test_a_contract_of_ones_own_that_is_wrong_is_explained(tmp_path: Path, sichuan: None) -> None:
    contract = tmp_path / "mine.yaml"
    contract.write_text("code: mine", encoding="utf-8")
    with pytest.raises(CommandError, match="contract"):
        call_command("pool", "create", str(contract))
    with pytest.raises(CommandError, match=r"pool\.contract_broken"):
        call_command("pool", "create", "../../../../etc/passwd")
    with pytest.raises(CommandError, match=r"pool\.dataset_unknown"):
        call_command("pool", "ingest", "mine", str(contract))
