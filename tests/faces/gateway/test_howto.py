"""The pages for integrators: their blocks, run as they stand against a real gateway."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from demo.home import free_port
from shudao.client.access_point.faults import FAULTS as POINT_FAULTS
from shudao.faces.gateway.faults import FAULTS
from shudao.plane.decision import Refusal
from tests.client.point import Point
from tests.faces.gateway.process import Place, person
from tests.plane import makers

ROOT = Path(__file__).parents[3]
README = ROOT / "src" / "shudao" / "client" / "README.md"
FIRST_CALL = (ROOT / "docs" / "how-to" / "first-call.md").read_text("utf-8")
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="curl or openssl is not installed")
def test_the_curl_lines_get_an_answer(place: Place, tmp_path: Path) -> None:
    script = re.search(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)[1]
    for written, real in {
        "127.0.0.1:8100": f"127.0.0.1:{place.port}",
        "SHUDAO/GOV/CREDIT-CODE/one-window": makers.CLIENT,
        "SHUDAO/GOV/CREDIT-CODE-OF-THE-SOURCE/pool/sjzy-population-basic": makers.SERVICE,
        "KEY_ID=one-window-1": "KEY_ID=window-1",
        "IDENTIFIER": person(3),
        '"handling"': '"household-registration"',
    }.items():
        assert written in script
        script = script.replace(written, real)
    key = Ed25519PrivateKey.from_private_bytes(makers.SECRET)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["data"] == {"name": "试验人3"}


@dataclass(frozen=True)
class Block:
    """A block of the page and what stands below it as its output."""

    language: str
    kind: str
    text: str
    output: str


@dataclass(frozen=True)
class Reader:
    """Somebody who follows the page, in a folder of their own, with other ports than the page's."""

    folder: Path
    gateway: str
    point: str

    def typed(self, text: str) -> str:
        """What the reader types: the page's lines, with this machine's ports and Python."""
        text = text.replace("127.0.0.1:8100", self.gateway).replace("127.0.0.1:8101", self.point)
        text = text.replace("python3 run.py shudao", f"{sys.executable} -m shudao.config.cli")
        return re.sub(r"^python ", f"{sys.executable} ", text)


def blocks() -> list[Block]:
    found = re.findall(r"```(sh|python)(?: ([\w-]+))?\n(.*?)```(?:\n+```text\n(.*?)```)?", FIRST_CALL, re.DOTALL)
    return [Block(*parts) for parts in found]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Reader(tmp_path_factory.mktemp("reader"), f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}")
    start = next(block for block in blocks() if block.kind == "sandbox").text.strip()
    command = [*made.typed(start).split(), "--gateway", made.gateway, "--access-point", made.point]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    process = subprocess.Popen(
        command, cwd=made.folder, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    try:
        assert any("client.close()" in line for line in process.stdout), "the sandbox did not come up"
        yield made
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not (made.folder / "var" / "sandbox").exists()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def same(got: str, expected: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, expected.strip().split("…"))), got.strip(), re.DOTALL) is not None


@needs_curl
def test_every_line_for_the_shell_says_what_the_page_says(reader: Reader) -> None:
    lines = [block for block in blocks() if block.language == "sh" and not block.kind]
    assert len(lines) == 2
    for block in lines:
        command = ["bash", "-e", "-o", "pipefail", "-c", reader.typed(block.text)]
        done = subprocess.run(command, cwd=reader.folder, capture_output=True, text=True, check=True)
        assert same(done.stdout, block.output), done.stdout


@pytest.mark.parametrize("number", range(sum(block.language == "python" for block in blocks())))
def test_every_block_of_python_prints_what_the_page_says(reader: Reader, number: int) -> None:
    told = [block for block in blocks() if block.language == "python"]
    script = reader.typed(told[0].text) + "\nprint('----')\n" + reader.typed(told[number].text if number else "")
    script += "\nclient.close()\n"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=reader.folder, env=environment, capture_output=True, text=True
    )
    first, _, rest = done.stdout.partition("----\n")
    assert same(rest if number else first, told[number].output), done.stdout + done.stderr


def test_an_access_point_of_ones_own_starts_as_the_page_says(reader: Reader) -> None:
    block = next(block for block in blocks() if block.kind == "access-point")
    port = free_port()
    text = reader.typed(block.text).replace("127.0.0.1:8102", f"127.0.0.1:{port}")
    command = text.replace("\\\n", " ").split()
    with Own(reader.folder, command, port) as made:
        assert made.health()["status"] == "ok"


class Own(Point):
    """An access point by a command of the page's."""

    def __init__(self, folder: Path, command: list[str], port: int) -> None:
        super().__init__(folder, "", "", port=port)
        self._command = command

    def command(self) -> list[str]:
        return self._command

    def start(self) -> Own:
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            super().start()
        finally:
            os.chdir(before)
        return self

    def __enter__(self) -> Own:
        return self.start()

    def __exit__(self, *_: object) -> None:
        assert self.stop() == 0


def test_every_code_of_the_page_is_one() -> None:
    table = FIRST_CALL.partition("| code |")[2].partition("\n\n")[0]
    named = {code for row in table.splitlines() for code in re.findall(r"`(\w+)`", row.split("|")[1] if row else "")}
    assert len(named) > 20
    assert named <= {str(code) for code in (*FAULTS, *Refusal, *POINT_FAULTS)}
