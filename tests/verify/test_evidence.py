"""One call's evidence: a ZIP that the stand-alone verifier checks with nothing else, and that no change survives."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shudao.kernel import signing
from shudao.kernel.errors import NotFound
from shudao.plane.ledger import checkpoints, erasing, evidence, proofs, stamping
from shudao.plane.ledger.register import Register
from tests.plane import ledgers
from tests.support.stamps import time_stamper
from tests.verify.test_ledger import run
from tests.verify.test_marks import folder, watch

__all__ = ["folder"]


def packed(folder: Path, sequence: int = 4) -> bytes:
    Register(folder).catch_up()
    segment = ledgers.segment_files(folder)[0].stem
    pem = signing.scheme().public_pem(ledgers.PUBLIC)
    return evidence.archive(evidence.gather(folder, segment, sequence), {"ledger-1": pem})


def check(folder: Path, content: bytes, *more: str) -> tuple[int, str]:
    path = folder.parent / "evidence.zip"
    path.write_bytes(content)
    return run(path, *more)


def changed(content: bytes, name: str, change: Callable[[Any], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    value = json.loads(files[name])
    change(value)
    files[name] = json.dumps(value, separators=(",", ":")).encode() + b"\n"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for one, data in files.items():
            archive.writestr(one, data)
    return made.getvalue()


def test_it_is_proved_offline_and_shown(folder: Path) -> None:
    status, said = check(folder, packed(folder))
    assert status == 0, said
    assert '"case-4"' in said
    assert said.splitlines()[-1] == "the entry is proved"


def test_the_newest_stamped_or_cosigned_checkpoint_speaks_for_it(folder: Path, tmp_path: Path) -> None:
    watch(folder)
    authority = time_stamper(tmp_path / "tsa")
    roots = stamping.roots_of(authority.root.read_bytes())
    stamping.append(folder, stamping.obtain(checkpoints.lines(folder)[1], authority, roots))
    more = ("--witness-key", str(folder.parent / "witness.pem"), "--stamp-root", str(authority.root))
    status, said = check(folder, packed(folder), *more)
    assert status == 0, said
    assert "cosigned by a witness as far as 28 of 28 entries" in said
    assert "stamped as far as 28 entries" in said


def lower(value: Any, key: str) -> None:
    value[key] -= 1


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("entry.json", lambda value: value.update(body=value["body"].replace("case-4", "case-5"))),
        ("entry.json", lambda value: value.update(salt="00" * 16)),
        ("proof.json", lambda value: lower(value, "index")),
        ("proof.json", lambda value: value["path"].pop()),
        ("proof.json", lambda value: value["path"].append("00" * 32)),
        ("checkpoints.jsonl", lambda value: value["checkpoint"].update(root="00" * 32)),
        ("checkpoints.jsonl", lambda value: lower(value["checkpoint"], "size")),
    ],
)
def test_no_change_survives(folder: Path, name: str, change: Callable[[Any], None]) -> None:
    status, said = check(folder, changed(packed(folder), name, change))
    assert status == 1, said
    assert "NOT proved" in said


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 100])
def test_what_is_no_evidence_is_said(folder: Path, content: bytes) -> None:
    assert check(folder, content)[0] == 2


def test_there_is_none_of_what_is_absent_erased_or_without_checkpoint(folder: Path) -> None:
    path = ledgers.segment_files(folder)[0]
    with pytest.raises(NotFound):
        packed(folder, 999)
    with pytest.raises(proofs.EntryNotSequenced):
        packed(folder, 22)
    erasing.erase(folder, path.stem, 4, reason="ground", signer=ledgers.SIGNER)
    with pytest.raises(NotFound):
        packed(folder, 4)
