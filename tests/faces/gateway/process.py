"""A whole gateway on a port of its own: folders, keys, a small index, the real process."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from shudao.client.calls import Client
from shudao.kernel.ids import new_secret
from shudao.kernel.keys import SECRET, Key, KeyRing
from shudao.kernel.sealing import keyed_hash
from shudao.kernel.time import now
from shudao.plane import grants, snapshot
from shudao.plane.lookup.current import publish
from shudao.plane.lookup.fields import Field, Kind
from tests.plane import layers, makers

PEOPLE = 200
SUBJECT = "519901199001010011"
FIELDS = [
    Field("name", Kind.TEXT),
    Field("sex", Kind.TEXT),
    Field("birth_date", Kind.DATE),
    Field("hukou_division", Kind.TEXT),
]


def person(number: int) -> str:
    """An identifier nobody has: its county code is not allocated."""
    return f"51990119900101{number:04}"


@dataclass
class Place:
    """The folders of one gateway, and its process while it runs."""

    root: Path
    port: int = 0
    workers: int = 1
    networks: str = ""
    process: subprocess.Popen[bytes] | None = None
    version: int = 0
    witness: str = ""
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.root / "gateway.log"
        self.ring = KeyRing.load(self.root / "keys")
        for purpose in ("pool-index", "subject-hash"):
            self.ring.ensure(purpose, algorithm=SECRET)
        self.ring.ensure("snapshot-signing")
        self.key = Key("window-1", "", "ed25519", now(), None, "file", b"", makers.SECRET)

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **changes: object) -> Client:
        values: dict[str, object] = {"base_url": self.url, "client_id": makers.CLIENT, "key": self.key}
        return Client(**(values | changes))

    def hashed(self, subject: str) -> bytes:
        return keyed_hash(self.ring.secret("subject-hash").secret, subject)

    def build(self) -> None:
        rows = {
            self.hashed(person(number)): [
                {"name": f"试验人{number}", "sex": "1", "birth_date": date(1990, 1, 1), "hukou_division": "519901"}
            ]
            for number in range(PEOPLE)
        }
        rows[self.hashed("519901TWO")] = [{"name": "甲", "sex": "1"}, {"name": "乙", "sex": "2"}]
        key = self.ring.secret("pool-index")
        folder = self.root / "pool" / "population"
        made = layers.write(folder, key, "population", dict(sorted(rows.items())), FIELDS)
        publish(folder, key.secret, key.id, "population", snapshot=7, as_of="2026-11-20T00:00:00+00:00", layers=[made])

    def publish(self, **changes: object) -> None:
        self.version += 1
        made = makers.snapshot(now(), version=self.version, **changes)
        snapshot.publish(made, self.root / "snapshots", self.ring.signer("snapshot-signing"))

    def grant(self, **changes: object) -> grants.Grant:
        return makers.grant(now(), **changes)

    def start(self) -> None:
        self.port = self.port or _free_port()
        command = [sys.executable, "-m", "shudao.faces.gateway", "--address", f"127.0.0.1:{self.port}"]
        for name in ("snapshots", "ledger", "pool", "keys"):
            command += [f"--{name}", str(self.root / name)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *command,
                    *("--workers", str(self.workers)),
                    *("--upstream-networks", self.networks),
                    *("--witness", self.witness),
                ],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 20
        while not self._healthy():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def _healthy(self) -> bool:
        try:
            return self.get("/health")[0] in (200, 503)
        except OSError:
            return False

    def await_version(self) -> None:
        """Wait until the workers answer by what was published last."""
        deadline = time.monotonic() + 10
        while json.loads(self.get("/health")[2])["snapshot"] != self.version:
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(15)
        finally:
            self.kill()

    def kill(self) -> None:
        """End everything that the launcher started, at once, as `kill -9` does."""
        assert self.process is not None
        if self.process.poll() is not None:
            return
        # The launcher first: it would start the others again.
        for each in (self.process.pid, *children(self.process.pid)):
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(5)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        return self.send("GET", path, headers or {}, b"")

    def send(
        self, method: str, path: str, headers: dict[str, str], body: bytes, timeout: float = 5
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return response.status, names, response.read()
        finally:
            connection.close()


def children(parent: int) -> list[int]:
    """Return the processes below `parent`."""
    found = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def question(**changes: object) -> bytes:
    values: dict[str, object] = {"subject": person(1), "fields": ["name"], "purpose": "household-registration"}
    return json.dumps(values | changes).encode()


def nonce() -> str:
    return new_secret(26)
