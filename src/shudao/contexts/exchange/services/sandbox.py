"""Lay out the sandbox in a folder of its own, and keep its gateway and access point running. Touches no database."""

from __future__ import annotations

import base64
import ctypes
import http.client
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shudao.contexts.exchange.rules import sandbox as rules
from shudao.contexts.exchange.rules.sandbox import Register
from shudao.kernel import signing
from shudao.kernel.errors import ShudaoError
from shudao.kernel.folders import write_whole
from shudao.kernel.keys import SECRET, Key, KeyRing
from shudao.kernel.sealing import keyed_hash
from shudao.kernel.time import now
from shudao.plane import snapshot as files
from shudao.plane.lookup.current import publish
from shudao.plane.lookup.fields import Kind
from shudao.plane.lookup.writer import LayerWriter

_FOLDERS = ("snapshots", "ledger", "pool", "keys")
_TYPES = {Kind.TEXT: pa.string(), Kind.DATE: pa.date32()}
_VERSION = 1
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0
CONFIRM_EVERY = 4.0  # seconds; a gateway without that word counts as cut off
_PR_SET_PDEATHSIG = 1


class SandboxRefused(ShudaoError):
    """The sandbox cannot be made, or has ended; `why` says what is in the way."""

    code = "exchange.sandbox_refused"
    says = "沙箱无法运行：{why}"
    advice = "请换一个空文件夹，或换没有被占用的地址。"


@dataclass
class Sandbox:
    """Where everything is, and what runs."""

    folder: Path
    gateway: str
    access_point: str
    client: str
    key_file: Path
    registers: tuple[Register, ...]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def gateway_keys(self) -> Path:
        """The folder of the gateway's public keys."""
        return self.folder / "gateway-keys"

    @property
    def receipts(self) -> Path:
        """Where the access point keeps receipts."""
        return self.folder / "receipts"

    @property
    def log(self) -> Path:
        """What gateway and access point say."""
        return self.folder / "log"


def lay_out(*, folder: Path | None, system: str, gateway: str, access_point: str, now: datetime) -> Sandbox:
    """
    Write keys, indexes and the grant snapshot.

    Args:
        folder: Made, or empty; None for a temporary one.
        system: The integrator's subsystem code.
        gateway, access_point: "host:port" to listen on; port 0 for any free one.

    Raises:
        SandboxRefused: the folder holds something, an address is taken, or the code is none.
    """
    if not rules.is_client(rules.client(system)):
        raise SandboxRefused(why=f"{system}: 1-40 A-Z a-z 0-9 ' ( ) + , . = ? -")
    gateway, access_point = _free(gateway), _free(access_point)
    place = _place(folder)
    try:
        return _filled(place, system, gateway, access_point, now)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _filled(place: Path, system: str, gateway: str, access_point: str, now: datetime) -> Sandbox:
    for name in _FOLDERS:
        (place / name).mkdir()
    ring = KeyRing.load(place / "keys")
    registers = rules.registers()
    for register in registers:
        _index(place / "pool" / register.code, register, ring, now)
    made = Sandbox(place, gateway, access_point, rules.client(system), place / f"{system}-1.pem", registers)
    public = _system_key(made.key_file)
    ledger = ring.ensure("ledger")
    write_whole(made.gateway_keys / f"{ledger.id}.pem", ring.public_pem(ledger.id))
    ring.ensure("snapshot-signing")
    shown = rules.snapshot(
        registers, subsystem=system, key_id=made.key_file.stem, public=public, version=_VERSION, now=now
    )
    files.publish(shown, place / "snapshots", ring.signer("snapshot-signing"))
    confirm(made, now=now)
    return made


def confirm(sandbox: Sandbox, *, now: datetime) -> None:
    """Tell the gateway that the snapshot still holds."""
    signer = KeyRing.load(sandbox.folder / "keys").signer("snapshot-signing")
    files.confirm(sandbox.folder / "snapshots", _VERSION, now=now, signer=signer)


def start(sandbox: Sandbox) -> None:
    """Start gateway and access point; return when both answer. Raises SandboxRefused, with what they said."""
    gateway = [sys.executable, "-m", "shudao.faces.gateway", "--address", sandbox.gateway]
    for name in _FOLDERS:
        gateway += [f"--{name}", str(sandbox.folder / name)]
    point = [sys.executable, "-m", "shudao.client.access_point", "--address", sandbox.access_point]
    point += ["--gateway", f"http://{sandbox.gateway}", "--client", sandbox.client, "--key", str(sandbox.key_file)]
    point += ["--gateway-keys", str(sandbox.gateway_keys), "--receipts", str(sandbox.receipts)]
    _run(sandbox, gateway, sandbox.gateway)
    _run(sandbox, point, sandbox.access_point)


def watch(sandbox: Sandbox) -> None:
    """Keep the snapshot confirmed until one of the two ends, or the caller is interrupted. Raises SandboxRefused."""
    while all(process.poll() is None for process in sandbox.processes):
        confirm(sandbox, now=now())
        time.sleep(CONFIRM_EVERY)
    raise SandboxRefused(why=_said(sandbox))


def remove(sandbox: Sandbox) -> None:
    """End what runs, the access point first, and remove everything that was made."""
    for process, how in zip(reversed(sandbox.processes), (signal.SIGTERM, signal.SIGINT), strict=False):
        if process.poll() is None:
            process.send_signal(how)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    shutil.rmtree(sandbox.folder, ignore_errors=True)


def _place(folder: Path | None) -> Path:
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="shudao-sandbox-"))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SandboxRefused(why=f"{folder} is not empty")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder.resolve()


def _free(address: str) -> str:
    host, _, port = address.rpartition(":")
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((host, int(port)))
        except (OSError, ValueError, OverflowError) as error:
            raise SandboxRefused(why=f"{address}: {error}") from error
        return f"{host}:{sock.getsockname()[1]}"


def _system_key(file: Path) -> str:
    """Write a new private key as PEM; return its public half, base64."""
    secret = signing.scheme().new_secret()
    private = Ed25519PrivateKey.from_private_bytes(secret)
    write_whole(file, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)
    return base64.b64encode(signing.scheme().public_of(secret)).decode()


def _index(folder: Path, register: Register, ring: KeyRing, now: datetime) -> None:
    key, hashing = ring.ensure("pool-index", algorithm=SECRET), ring.ensure("subject-hash", algorithm=SECRET)
    rows = sorted((_hashed(hashing, subject), row) for subject, row in register.rows.items())
    columns = [pa.array([row[one.name] for _, row in rows], _TYPES[one.kind]) for one in register.fields]
    subjects = np.frombuffer(b"".join(subject for subject, _ in rows), np.uint8).reshape(-1, 16)
    with LayerWriter(
        folder, key.secret, key.id, register.code, fields=register.fields, record_key=[register.fields[0].name]
    ) as writer:
        writer.add(subjects, columns)
        layer = writer.finish().name
    publish(folder, key.secret, key.id, register.code, snapshot=1, as_of=now.isoformat(), layers=[layer])


def _hashed(key: Key, subject: str) -> bytes:
    return keyed_hash(key.secret, unicodedata.normalize("NFKC", subject).strip().upper())


def _run(sandbox: Sandbox, command: list[str], address: str) -> None:
    with sandbox.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  fixed commands of ours
            command, stdout=log, stderr=log, start_new_session=True, preexec_fn=_die_with_parent
        )
    sandbox.processes.append(process)
    deadline = time.monotonic() + _START_SECONDS
    while not _healthy(address):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SandboxRefused(why=_said(sandbox))
        time.sleep(0.05)


def _healthy(address: str) -> bool:
    connection = http.client.HTTPConnection(address, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _said(sandbox: Sandbox) -> str:
    return sandbox.log.read_text("utf-8", "replace")[-2000:]


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
