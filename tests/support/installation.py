"""A whole installation of its own: web, gateway, worker, a province, a thousand people; for tests that need it real."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

from demo.accounts import PASSWORD
from demo.home import free_port
from tests.support import postgres

ROOT = Path(__file__).resolve().parents[2]
_READY = "Ctrl-C ends"
_SECONDS = 240


@dataclass
class Installation:
    """A running demo: where its faces and its gateway listen, and what its own story came to."""

    home: Path
    web: str
    gateway: str
    process: subprocess.Popen[str]
    database: contextlib.ExitStack
    environment: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    password: str = PASSWORD

    @property
    def text(self) -> str:
        """All it has said so far, without colours."""
        return re.sub(r"\x1b\[[0-9;]*m", "", "".join(self.said))

    @property
    def story_case(self) -> str:
        """The number of the case that the demo played."""
        return re.search(r"story's case (\S+),", self.text)[1]  # type: ignore[index]

    @property
    def story_secret(self) -> str:
        """Its look-up code."""
        return re.search(r"look-up code (\S+):", self.text)[1]  # type: ignore[index]

    @property
    def story_licence(self) -> str:
        """The number of the licence that it issued."""
        return re.search(r"Its licence (\S+):", self.text)[1]  # type: ignore[index]


def start(*, people: int = 1000) -> Installation:
    """Load and start one; raise with what it said where it does not come up."""
    home = Path(tempfile.mkdtemp(prefix="shudao-journey-"))
    web, gateway = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    environment = os.environ | {
        "SHUDAO_HOME": str(home),
        "SHUDAO_WEB_ADDRESS": web,
        "SHUDAO_GATEWAY_ADDRESS": gateway,
        "COLUMNS": "300",
        "NO_COLOR": "1",
    }
    database = contextlib.ExitStack()
    if environment.get("DATABASE_URL"):  # the suite's own server is too fast to be safe: the system refuses it
        environment["DATABASE_URL"] = database.enter_context(postgres.server(durable=True))
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--people", str(people)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    made = Installation(home, f"http://{web}", f"http://{gateway}", process, database)
    made.environment = {name: environment[name] for name in ("SHUDAO_HOME", "DATABASE_URL") if name in environment}
    ready = threading.Event()
    threading.Thread(target=_listen, args=(made, ready), daemon=True).start()
    if not ready.wait(_SECONDS) or process.poll() is not None:
        stop(made)
        raise RuntimeError(f"the demo did not come up:\n{made.text[-4000:]}")
    return made


def stop(made: Installation) -> None:
    """End it as Ctrl-C does, and remove what it kept."""
    if made.process.poll() is None:
        made.process.send_signal(signal.SIGINT)
        try:
            made.process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(made.process.pid, signal.SIGKILL)
            made.process.wait()
    made.database.close()
    shutil.rmtree(made.home, ignore_errors=True)


def _listen(made: Installation, ready: threading.Event) -> None:
    assert made.process.stderr is not None
    for line in made.process.stderr:
        made.said.append(line)
        if _READY in line:
            ready.set()
    ready.set()
    made.process.stderr.close()
