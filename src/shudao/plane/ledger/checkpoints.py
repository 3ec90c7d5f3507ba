"""Signed checkpoints, one JSON line each: how many entries the tree has, in which order they came, and its root."""

from __future__ import annotations

import base64
import fcntl
import hashlib
import os
import sys
from pathlib import Path

import msgspec

from shudao.kernel.folders import settled_size, sync_folder, write_at
from shudao.kernel.signing import Signer

FILE = "checkpoints.jsonl"
_TAIL = 1 << 16


class Checkpoint(msgspec.Struct, frozen=True):
    """
    The tree at one instant.

    `ranges` says which entries came since the previous checkpoint, in the tree's order: (segment, first, count).
    `previous` is the SHA-256 (hex) of the previous line without its line end, "" for the first. `root` is hex.
    """

    version: int
    size: int
    root: str
    instant: str
    key: str
    previous: str
    ranges: list[tuple[str, int, int]]


class Line(msgspec.Struct, frozen=True):
    """A checkpoint as it stands in the file; the signature is over the bytes of the `checkpoint` member."""

    checkpoint: msgspec.Raw
    signature: str


def line(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """Return the signed line, without a line end."""
    body = msgspec.json.encode(checkpoint, order="sorted")
    signature = base64.b64encode(signer.sign(b"shudao checkpoint\n" + body)).decode()
    return b'{"checkpoint":%s,"signature":"%s"}' % (body, signature.encode())


def parse(text: bytes) -> tuple[Checkpoint, bytes, bytes]:
    """Return the checkpoint, the bytes that are signed, the signature. Raises msgspec.MsgspecError or ValueError."""
    parsed = msgspec.json.decode(text, type=Line)
    body = bytes(parsed.checkpoint)
    signature = base64.b64decode(parsed.signature, validate=True)
    return msgspec.json.decode(body, type=Checkpoint), b"shudao checkpoint\n" + body, signature


def line_hash(text: bytes) -> str:
    """Return what the next checkpoint names as its previous one."""
    return hashlib.sha256(text).hexdigest()


def content(folder: Path, offset: int = 0, most: int = sys.maxsize) -> bytes:
    """Return at most so many bytes of the file from `offset` on, none where it is missing. Raises OSError."""
    try:
        descriptor = os.open(Path(folder) / FILE, os.O_RDONLY)
    except FileNotFoundError:
        return b""
    try:
        # A line that is taken back after its sync failed would look like a roll-back to a witness.
        return os.pread(descriptor, min(most, max(0, settled_size(descriptor) - offset)), offset)
    finally:
        os.close(descriptor)


def lines(folder: Path) -> list[bytes]:
    """Return the whole lines; a torn last one was never shown to anybody and is left out."""
    return content(folder).split(b"\n")[:-1]


def newest(folder: Path) -> Checkpoint | None:
    """Return the last checkpoint, unchecked, None where there is none; reads the file's end alone. Raises as `read`."""
    path = Path(folder) / FILE
    size, most = path.stat().st_size if path.exists() else 0, _TAIL
    while True:
        offset = max(0, size - most)
        found = content(folder, offset).split(b"\n")
        if len(found) > 2 or not offset:
            return parse(found[-2])[0] if len(found) > 1 else None
        most *= 4


def end_changed(folder: Path) -> bool:
    """Return whether something else than a line end follows a whole last line: no torn write leaves that."""
    return b'"}' in content(folder).rpartition(b"\n")[2][:-1]


def read(folder: Path) -> list[Checkpoint]:
    """Return every checkpoint, oldest first, unchecked (`verify` checks). Raises msgspec.MsgspecError."""
    return [parse(text)[0] for text in lines(folder)]


def append(folder: Path, text: bytes) -> None:
    """Add a line durably, or raise OSError and leave those before; a torn line of an earlier crash is cut off first."""
    path = Path(folder) / FILE
    whole = sum(len(each) + 1 for each in lines(folder))
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, whole)
        write_at(descriptor, text + b"\n", whole)
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, whole)
        raise
    finally:
        os.close(descriptor)
    sync_folder(Path(folder))
