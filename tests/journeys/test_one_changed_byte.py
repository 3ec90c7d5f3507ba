"""One byte is changed at rest or in transit: a documented command, a page or the gateway finds it and says where."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import string
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import lmdb
import pytest

from demo.home import free_port
from shudao.client.calls import Refused
from tests.support import asking, copies, rows
from tests.support.browserless import Caller
from tests.support.installation import Installation

pytestmark = pytest.mark.xdist_group("installation")
SEEDS = (1, 2)


@pytest.fixture(scope="module")
def kept(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with a few calls in its ledger under a checkpoint; it passes every check as it is."""
    with contextlib.closing(asking.Asker(installation.home, installation.gateway, subject_of(installation))) as asker:
        for _ in range(12):
            asker.ask()
    home = copies.copied(installation.home, tmp_path_factory.mktemp("kept") / "home")
    for arguments in (("ledger", "checkpoint"), ("ledger", "verify"), ("pool", "check")):
        status, said = copies.shudao(home, *arguments, environment=installation.environment)
        assert status == 0, said
    assert copies.stand_alone(home)[0] == 0
    return home


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Path:
    """A fresh copy of that copy."""
    return shutil.copytree(kept, tmp_path / "home", symlinks=True)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pattern", ["segments/*.seg", "checkpoints.jsonl"])
def test_in_the_ledger(installation: Installation, home: Path, pattern: str, seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted((home / "ledger").glob(pattern)))
    place = copies.change(path, chance)
    status, said = copies.stand_alone(home)
    assert status == 1, f"byte {place}: {said}"
    assert f"PROBLEM: {path.name}" in said
    status, said = copies.shudao(home, "ledger", "verify", environment=installation.environment)
    assert status == 1, f"byte {place}: {said}"
    assert path.name in said
    assert "Traceback" not in said


@pytest.mark.parametrize("seed", range(12))
def test_in_a_licences_twin(installation: Installation, seed: int) -> None:
    chance = random.Random(seed)
    twin = twin_of(installation)
    place = chance.randrange(len(twin))
    other = chance.choice([one for one in string.ascii_letters + string.digits + "-_.~!" if one != twin[place]])
    changed = twin[:place] + other + twin[place + 1 :]
    assert asked_by_machine(installation, twin)["valid"] is True
    verdict = asked_by_machine(installation, changed)
    assert verdict["valid"] is False
    assert verdict["code"] in ("altered", "foreign_key", "unknown")
    assert verdict["says"]["zh"]
    caller = Caller(installation.web)
    caller.get("/verify/")
    page = caller.post("/verify/", {"twin": changed})
    assert 'data-verdict="valid"' not in page.text
    assert re.search(r'data-verdict="?(\w+)', page.text)[1] == verdict["code"]  # type: ignore[index]
    assert verdict["says"]["zh"].split("“")[0] in page.text


@pytest.mark.parametrize("seed", SEEDS)
def test_in_the_grant_snapshot(home: Path, seed: int) -> None:
    copies.change(home / "snapshots/grants.json", random.Random(seed))
    with gateway(home) as (address, log):
        state = health(address)
        assert state["snapshot"] is None
        assert "grants.json" in str(state["problem"])
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{address}/listClients", timeout=5)  # noqa: S310
        with refused.value:
            assert refused.value.code == 503
    assert "grants.json" in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_file_of_the_pool(installation: Installation, home: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted((home / "pool/datasets").rglob("*.parquet")))
    copies.change(path, chance)
    status, said = copies.shudao(home, "pool", "check", environment=installation.environment)
    assert status == 1, said
    assert f"file_changed: File {path.relative_to(home / 'pool')} was changed" in said


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_value_of_the_index(installation: Installation, home: Path, seed: int) -> None:
    chance = random.Random(seed)
    wang = rows.query(installation, "SELECT key FROM identity_person ORDER BY registered_at LIMIT 1")[0][0]
    data = current_index(home, "population")
    entry, low, high = value_of(data, bytes.fromhex(wang))
    copies.change(data, chance, low=low, high=high)
    status, said = copies.shudao(home, "pool", "check", "population", environment=installation.environment)
    assert status == 1, said
    assert "population: value_changed: index population" in said
    assert entry in said, "the block is named"
    with gateway(home) as (address, log):
        with (
            contextlib.closing(asking.Asker(home, address, subject_of(installation))) as asker,
            pytest.raises(Refused) as refused,
        ):
            asker.ask()
        assert refused.value.code == "index_damaged"
    assert entry in log.read_text(encoding="utf-8")


def twin_of(installation: Installation) -> str:
    """The signed text of the licence that the story issued."""
    asked = f"SELECT twin FROM licences_licence WHERE number = '{installation.story_licence}'"  # noqa: S608  ours
    return str(rows.query(installation, asked)[0][0])


def asked_by_machine(installation: Installation, twin: str) -> dict[str, object]:
    """The verdict of the JSON API."""
    body = json.dumps({"twin": twin}).encode()
    request = urllib.request.Request(  # noqa: S310  a loopback address
        installation.web + "/api/v1/licences/verify", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=15) as answer:  # noqa: S310  a loopback address
        found: dict[str, object] = json.load(answer)
    return found


def subject_of(installation: Installation) -> str:
    """The resident ID of the story's mother."""
    from tests.support.submitter import Submitter

    return Submitter(installation).mother.resident_id


def current_index(home: Path, dataset: str) -> Path:
    """The file of the index that readers use."""
    found = sorted((home / "pool/index" / dataset).rglob("data.mdb"))
    assert len(found) == 1
    return found[0]


def value_of(data: Path, subject: bytes) -> tuple[str, int, int]:
    """The block that holds a subject: its key in hex, and where in the file its sealed value lies."""
    with lmdb.open(str(data.parent), readonly=True, lock=False, max_dbs=4) as environment:
        blocks = environment.open_db(b"blocks", create=False)
        with environment.begin(db=blocks) as look, look.cursor() as cursor:
            assert cursor.set_range(subject + b"\0\0")
            key, value = bytes(cursor.key()), bytes(cursor.value())
    low = data.read_bytes().index(value)
    return key.hex(), low, low + len(value)


@contextlib.contextmanager
def gateway(home: Path) -> Iterator[tuple[str, Path]]:
    """A gateway of its own on a home; its address and its log."""
    address, log = f"127.0.0.1:{free_port()}", home / "gateway.log"
    command = [sys.executable, "-m", "shudao.faces.gateway", "--address", address]
    for name in ("snapshots", "ledger", "pool", "keys"):
        command += [f"--{name}", str(home / name)]
    with log.open("wb") as told:
        process = subprocess.Popen(command, cwd=copies.ROOT, env=dict(os.environ), stderr=told, stdout=told)
        try:
            wait_for(address)
            yield f"http://{address}", log
        finally:
            process.terminate()
            process.wait(20)


def wait_for(address: str) -> None:
    """Wait until somebody answers there."""
    for _ in range(200):
        with contextlib.suppress(OSError):
            health(f"http://{address}")
            return
        time.sleep(0.1)
    raise AssertionError("the gateway did not start")


def health(address: str) -> dict[str, object]:
    """What the gateway says of itself."""
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:  # noqa: S310
            found: dict[str, object] = json.load(answer)
    except urllib.error.HTTPError as sick:
        with sick:
            found = json.load(sick)
    return found
