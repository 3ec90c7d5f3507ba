"""A witness's word on a checkpoint, one JSON line each: it saw this line, and nothing signed before was taken back."""

from __future__ import annotations

import base64
import fcntl
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from shudao.kernel.folders import sync_folder, write_at
from shudao.kernel.signing import Signer, Verifier
from shudao.plane.ledger import checkpoints
from shudao.plane.ledger.checkpoints import Checkpoint

FILE = "cosignatures.jsonl"
_MOST = 1 << 16
Told = tuple[list[str], list[str]]


class Cosignature(msgspec.Struct, frozen=True):
    """Witness key `witness` saw the checkpoint of `size` and `root` (hex) whose line has the SHA-256 `line` (hex)."""

    size: int
    root: str
    line: str
    instant: str
    witness: str
    signature: str

    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        return (f"shudao cosignature\n{self.size}\n{self.root}\n{self.line}\n{self.instant}\n{self.witness}").encode()


def give(text: bytes, made: Checkpoint, instant: str, signer: Signer) -> Cosignature:
    """Return the witness's cosignature of checkpoint line `text`."""
    blank = Cosignature(made.size, made.root, checkpoints.line_hash(text), instant, signer.key_id, "")
    signature = base64.b64encode(signer.sign(blank.signed())).decode()
    return msgspec.structs.replace(blank, signature=signature)


def valid(found: Cosignature, verifiers: Mapping[str, Verifier]) -> bool:
    """Return whether one of the witnesses' keys made the signature."""
    try:
        signature = base64.b64decode(found.signature, validate=True)
    except ValueError:
        return False
    return any(verifier.verify(found.signed(), signature) for verifier in verifiers.values())


def encode(found: Cosignature) -> bytes:
    """Return the line, without a line end."""
    return msgspec.json.encode(found)


def parse(text: bytes) -> Cosignature:
    """Return the cosignature of a line. Raises msgspec.MsgspecError."""
    return msgspec.json.decode(text, type=Cosignature)


def read(folder: Path) -> list[Cosignature]:
    """Return what witnesses gave, oldest first, unchecked; lines that are none are left out."""
    found: list[Cosignature] = []
    for text in whole_lines(Path(folder) / FILE):
        try:
            found.append(parse(text))
        except msgspec.MsgspecError:
            continue
    return found


def newest(folder: Path) -> Cosignature | None:
    """Return the last that a witness gave, unchecked, None where there is none. Raises msgspec.MsgspecError."""
    text = last_line(Path(folder) / FILE)
    return parse(text) if text else None


def check(lines: Sequence[bytes], found: Sequence[Cosignature], verifiers: Mapping[str, Verifier]) -> Told:
    """
    Compare checkpoint lines with what the witnesses cosigned; read `found` before `lines` where the ledger is in use.

    Returns:
        Problems and notes, plain sentences.
    """
    here: dict[int, str] = {}
    for text in lines:
        try:
            here[checkpoints.parse(text)[0].size] = checkpoints.line_hash(text)
        except (msgspec.MsgspecError, ValueError):
            continue
    problems, newest, high = [], max(here, default=0), -1
    for each in (one for one in found if valid(one, verifiers)):
        high = max(high, each.size)
        if each.size > newest:
            problems.append(f"rolled back: a witness cosigned {each.size} entries, the newest checkpoint has {newest}")
        elif here.get(each.size) != each.line:
            problems.append(f"two views: a witness cosigned another checkpoint of {each.size} entries than lies here")
    if high < 0:
        return [], ["no cosignature of the witnesses given was found"]
    return problems, [f"cosigned by a witness as far as {high} of {newest} entries"]


def append(folder: Path, text: bytes) -> None:
    """Add a line durably beside the checkpoints."""
    append_line(Path(folder) / FILE, text)


def whole_lines(path: Path) -> list[bytes]:
    """Return the whole lines of a file, none where it is missing."""
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def last_line(path: Path) -> bytes:
    """Return the last whole line of a file of lines below 64 KiB; b"" where there is none."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return b""
    try:
        content = os.pread(descriptor, _MOST, max(0, os.fstat(descriptor).st_size - _MOST))
    finally:
        os.close(descriptor)
    return content.rpartition(b"\n")[0].rpartition(b"\n")[2]


def append_line(path: Path, text: bytes) -> None:
    """Add a line durably; what a crash left of an earlier one is cut off first."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        content = os.pread(descriptor, _MOST, max(0, os.fstat(descriptor).st_size - _MOST))
        end = os.fstat(descriptor).st_size - len(content.rpartition(b"\n")[2])
        os.ftruncate(descriptor, end)
        write_at(descriptor, text + b"\n", end)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)
