"""The stand-alone verifier, run as an examiner runs it: a separate program, the files, a public key."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from shudao.kernel import signing
from shudao.plane.ledger import checkpoints, erasing
from tests.plane import ledgers

PROGRAM = Path(__file__).parents[2] / "verify" / "ledger.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key.pem").write_bytes(signing.scheme().public_pem(ledgers.PUBLIC))
    return tmp_path / "ledger"


def run(folder: Path, *more: str) -> tuple[int, str]:
    key = folder.parent / "key.pem"
    command = [sys.executable, "-I", str(PROGRAM), str(folder), "--public-key", str(key), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_it_uses_nothing_of_the_platform() -> None:
    files = sorted(PROGRAM.parent.glob("ledger*.py"))
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    outside = {name.split(".")[0] for name in imported} - sys.stdlib_module_names
    assert outside - {file.stem for file in files} == {"cryptography"}


def test_an_honest_ledger_passes_with_everything_that_parties_kept(folder: Path) -> None:
    receipt = ledgers.make(folder)
    (folder.parent / "old").write_bytes(checkpoints.lines(folder)[0])
    (folder.parent / "receipt").write_text(receipt.text())
    segment = ledgers.segment_files(folder)[0].stem
    erasing.erase(folder, segment, 2, reason="ground", signer=ledgers.SIGNER)
    status, said = run(folder, "--checkpoint", str(folder.parent / "old"), "--receipt", str(folder.parent / "receipt"))
    assert (status, said.splitlines()[-1]) == (0, "nothing wrong was found")
    assert said.startswith(f"46 entries; root of the newest checkpoint: {checkpoints.read(folder)[-1].root}")


@pytest.mark.parametrize("name", ledgers.ATTACKS)
def test_every_attack_is_found_and_named(folder: Path, name: str) -> None:
    ledgers.make(folder)
    attack, expected = ledgers.ATTACKS[name]
    attack(folder)
    status, said = run(folder)
    assert status == 1
    assert expected in said


@pytest.mark.parametrize(
    ("attack", "word"), [(ledgers.roll_back, "rolled back"), (ledgers.rehash_everything, "rewritten")]
)
def test_a_consistent_forgery_is_found_with_an_older_checkpoint(folder: Path, attack: object, word: str) -> None:
    ledgers.make(folder)
    kept = checkpoints.lines(folder)[-1 if word == "rolled back" else 0]
    (folder.parent / "old").write_bytes(kept)
    attack(folder)
    assert run(folder)[0] == 0
    status, said = run(folder, "--checkpoint", str(folder.parent / "old"))
    assert status == 1
    assert word in said


def test_a_cut_tail_is_found_with_a_receipt(folder: Path) -> None:
    (folder.parent / "receipt").write_text(ledgers.make(folder).text())
    ledgers.cut_tail(folder)
    assert run(folder)[0] == 0
    status, said = run(folder, "--receipt", str(folder.parent / "receipt"))
    assert status == 1
    assert "tail cut" in said


def test_what_it_cannot_check_it_says(folder: Path) -> None:
    status, said = run(folder)
    assert status == 2
    assert "could not check" in said
