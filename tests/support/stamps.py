"""A time-stamp authority for tests: `openssl ts` with certificates of its own. Skips, saying so, without openssl."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

_CONFIG = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True, slots=True)
class TimeStamper:
    """The authority's folder; `root` is the PEM file of whom to trust."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    @property
    def command(self) -> list[str]:
        """Takes a request on standard input, gives the response on standard output."""
        script = 'cat > "$1/q" && openssl ts -reply -config "$1/tsa.cnf" -section tsa -queryfile "$1/q"'
        return ["/bin/sh", "-c", script, "stamp", str(self.folder)]

    def __call__(self, request: bytes) -> bytes:
        done = subprocess.run(self.command, input=request, capture_output=True, check=False, timeout=30)
        if done.returncode:
            raise OSError(done.stderr.decode()[-200:])
        return done.stdout


def time_stamper(folder: Path, kind: str = "rsa:2048", *, chain: bool = False) -> TimeStamper:
    """
    Make an authority with a root and a signer under it, `kind` as `openssl req -newkey` takes it.

    With `chain` every stamp embeds the root beside the signer's certificate, as many authorities do.
    """
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine to stamp with")
    folder.mkdir(parents=True)
    _run(folder, "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=root")
    _run(folder, f"req -newkey {kind} -nodes -keyout tsa.key -out tsa.csr -subj /CN=stamps")
    (folder / "tsa.ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
    _run(
        folder,
        "x509 -req -in tsa.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -extfile tsa.ext -out tsa.pem",
    )
    more = f"certs = {folder}/root.pem\n" if chain else ""
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder) + more)
    (folder / "serial").write_text("01\n")
    return TimeStamper(folder)


def _run(folder: Path, words: str) -> None:
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True, timeout=60)
