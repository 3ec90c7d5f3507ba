"""One byte of a ledger, whichever: both verifiers find it, name the file and never fall over it."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from shudao.kernel import signing
from shudao.plane.ledger import verify
from tests.plane import ledgers
from tests.verify.test_ledger import PROGRAM

EACH = 300


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """The stand-alone verifier as a module: a thousand processes would take minutes."""
    found = importlib.util.spec_from_file_location("standalone_ledger", PROGRAM)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[module.__name__] = module  # its dataclasses look themselves up there
    found.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["segment", "checkpoints"])
def test_every_changed_byte_is_found_and_its_file_named(program: ModuleType, tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "ledger"
    ledgers.make(folder, tail=0)  # behind the last checkpoint only a party's receipt tells a cut from a torn end
    (tmp_path / "key.pem").write_bytes(signing.scheme().public_pem(ledgers.PUBLIC))
    keys = program.Keys([tmp_path / "key.pem"])
    path = folder / "checkpoints.jsonl" if kind == "checkpoints" else ledgers.segment_files(folder)[0]
    whole, chance = path.read_bytes(), random.Random(20261124)
    assert program.check(folder, keys, program.Outside())[2] == []
    places = {*chance.sample(range(len(whole)), min(EACH, len(whole))), 0, len(whole) - 1}
    for place in sorted(places):
        content = bytearray(whole)
        content[place] ^= chance.randrange(1, 256)
        path.write_bytes(content)
        ours = verify.verify(folder, ledgers.VERIFIERS).problems
        theirs = program.check(folder, keys, program.Outside())[2]
        assert path.name in " ".join(ours), f"byte {place}"
        assert path.name in " ".join(theirs), f"byte {place}"
