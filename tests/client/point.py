"""A running access point."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from demo.home import free_port
from tests.faces.gateway.process import Place
from tests.plane.makers import CLIENT, SECRET


@dataclass
class Point:
    """`folder` holds its key, its receipts and its log."""

    folder: Path
    gateway: str
    client: str
    options: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def beside(cls, place: Place, folder: Path, *options: str) -> Point:
        """Return the access point of the test's system, not started: it knows the gateway's keys and keeps receipts."""
        trusted, ledger = folder / "gateway-keys", place.ring.active("ledger")
        trusted.mkdir()
        (trusted / f"{ledger.id}.pem").write_bytes(place.ring.public_pem(ledger.id))
        known = ["--gateway-keys", str(trusted), "--receipts", str(folder / "receipts")]
        made = cls(folder, place.url, CLIENT, [*known, *options])
        made.put_key(SECRET)
        return made

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def put_key(self, secret: bytes) -> None:
        private = Ed25519PrivateKey.from_private_bytes(secret)
        written = self.key.with_suffix(".new")
        written.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        written.replace(self.key)

    def command(self) -> list[str]:
        command = [sys.executable, "-m", "shudao.client.access_point", "--gateway", self.gateway]
        command += ["--client", self.client, "--key", str(self.key), "--key-id", "window-1"]
        return [*command, "--address", f"127.0.0.1:{self.port}", *self.options]

    def start(self) -> Point:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 20
        while True:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            try:
                self.health()
                return self
            except OSError:
                time.sleep(0.05)

    def health(self) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health")
            return dict(json.loads(connection.getresponse().read()))
        finally:
            connection.close()

    def stop(self) -> int:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
