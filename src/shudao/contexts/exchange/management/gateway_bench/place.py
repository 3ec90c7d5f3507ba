"""One gateway's folders and processes, of its own and on loopback alone."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from shudao.contexts.exchange.management.gateway_bench import meters, people
from shudao.kernel import signing
from shudao.kernel.keys import Key, KeyRing
from shudao.kernel.time import now
from shudao.plane import snapshot as files
from shudao.plane.grants import Grant, PublicKey, Resource, Snapshot, System

CLIENT = "SHUDAO/GOV/11519900MB00000001/one-window"
SERVICE = "SHUDAO/GOV/11519900MB00000002/pool/sjzy-population-basic"
PURPOSE, CASE = "handling", "519901-2026-"
ASKED = ("name", "sex", "birth_date")
FOLDERS = ("snapshots", "ledger", "pool", "keys")
_KEY = "window-1"
_START_SECONDS, _STOP_SECONDS = 60.0, 30.0
_PR_SET_PDEATHSIG = 1


class Place:
    """Keys, index and grants below one folder, which may be used again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.rmtree(folder / "ledger", ignore_errors=True)  # each run begins with an empty one
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.ring = KeyRing.load(folder / "keys")
        secret = signing.scheme().new_secret()
        public = signing.scheme().public_of(secret)
        self.key = Key(_KEY, "", signing.DEFAULT, now(), None, "file", public, secret)

    def fill(self, rows: int) -> None:
        """Make the index of `rows` people where it is missing, and a grant for them."""
        people.build(self.folder / "pool", self.ring, rows)
        self.ring.ensure("snapshot-signing")
        version = files.last_version(self.folder / "snapshots") + 1
        made = _snapshot(version, b64encode(self.key.public).decode(), now())
        files.publish(made, self.folder / "snapshots", self.ring.signer("snapshot-signing"))
        self._version = version

    def signer(self) -> signing.Signer:
        """Return what signs for the calling system."""
        return signing.scheme().signer(self.key.id, self.key.secret)

    def confirm(self) -> None:
        """Let the gateway know that the grants still hold."""
        signer = self.ring.signer("snapshot-signing")
        files.confirm(self.folder / "snapshots", self._version, now=now(), signer=signer)

    def folders(self) -> list[str]:
        """Return the options that name the folders."""
        return [part for name in FOLDERS for part in (f"--{name}", str(self.folder / name))]

    def command(self, port: int, workers: int) -> list[str]:
        """Return what starts the gateway."""
        address = ["--address", f"127.0.0.1:{port}", "--workers", str(workers)]
        return [sys.executable, "-m", "shudao.faces.gateway", *address, *self.folders()]


def _snapshot(version: int, public: str, instant: datetime) -> Snapshot:
    day = timedelta(days=1)
    key = PublicKey(_KEY, public, instant - day, instant + day)
    fields = tuple(field.name for field in people.FIELDS)
    resource = Resource(
        code=SERVICE.rpartition("/")[2],
        name="人口基本信息",
        service=SERVICE,
        dataset=people.DATASET,
        index=people.DATASET,
        fields=fields,
        identifying=("name",),
        scores=((people.SNAPSHOT, 0.975),),
    )
    grant = Grant(
        id="grant-2026-000001",
        client=CLIENT,
        resource=resource.code,
        fields=fields[:4],
        purpose=PURPOSE,
        legal_basis="law-1:3",
        matter="000000000001",
        valid_from=instant - day,
        valid_to=instant + day,
    )
    return Snapshot(version, instant, "SHUDAO", (System(CLIENT, "一窗受理系统", (key,)),), (resource,), (grant,))


class Served:
    """A server that runs: its port, its first process, what it has used."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process

    def used(self) -> meters.Used:
        """Return the processor seconds so far. The launcher and the sequencer are beside the workers."""
        beside = workers = 0.0
        for each in meters.family(self.process.pid):
            seconds = meters.cpu(each)
            if each == self.process.pid or "plane.ledger" in meters.command(each):
                beside += seconds
            else:
                workers += seconds
        return meters.Used(workers, beside)


@contextlib.contextmanager
def serving(command: Sequence[str], port: int, log: Path, *, path: str, processors: Sequence[int]) -> Iterator[Served]:
    """Run a server until it answers GET `path`, and end it, with all that it started, behind the block."""
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603 - fixed commands of ours
            command, stdout=out, stderr=out, start_new_session=True, preexec_fn=_die_with_parent
        )
    try:
        os.sched_setaffinity(process.pid, processors)
        _wait(port, path, process, log)
        yield Served(port, process)
    finally:
        below = meters.family(process.pid) if process.poll() is None else []
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for each in below:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(port: int, path: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass  # not yet
        finally:
            connection.close()
        time.sleep(0.1)
    raise RuntimeError(f"no answer on port {port}: {log.read_text('utf-8', 'replace')[-2000:]}")


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
