"""`shudao exchange sandbox`: what it prints works as it stands, and nothing is left of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

COMMAND = [sys.executable, "-m", "shudao.config.cli", "exchange", "sandbox"]
FREE = ["--gateway", "127.0.0.1:0", "--access-point", "127.0.0.1:0"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("sandbox") / "made"
    command = [*COMMAND, *FREE, "--folder", str(folder), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not folder.exists()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_curl_lines_work_as_printed(sandbox: dict[str, Any]) -> None:
    told = [
        json.loads(subprocess.run(["bash", "-c", line], capture_output=True, check=True).stdout)
        for line in sandbox["curl"]
    ]
    person, company, allowed = told
    assert set(person["data"]) == {"name", "birth_date"}
    assert set(company["data"]) == {"name", "status"}
    assert [one["service_code"] for one in allowed["service"]] == ["sandbox-population"]


def test_the_python_lines_work_as_printed(sandbox: dict[str, Any]) -> None:
    done = subprocess.run([sys.executable, "-c", sandbox["python"]], capture_output=True, text=True, check=True)
    name, ledger = done.stdout.split()
    assert len(name) == 3
    assert ":" in ledger


def test_nobody_in_it_exists(sandbox: dict[str, Any]) -> None:
    for number in sandbox["services"]["sandbox-population"]["subjects"]:
        assert number.startswith("5199")


def test_the_integrators_key_is_the_integrators_alone(sandbox: dict[str, Any]) -> None:
    assert Path(sandbox["key_file"]).stat().st_mode & 0o077 == 0
    assert Path(sandbox["folder"]).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("busy", ["folder", "address", "../code"])
def test_what_is_in_the_way_is_told(tmp_path: Path, busy: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        (tmp_path / "mine").write_text("x")
        options = {
            "folder": [*FREE, "--folder", str(tmp_path)],
            "address": ["--gateway", address],
            "../code": [*FREE, "--system", busy],
        }[busy]
        done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60, env=os.environ)
    assert done.returncode != 0
    assert {"folder": str(tmp_path), "address": address}.get(busy, busy) in done.stderr
    assert (tmp_path / "mine").read_text() == "x"
