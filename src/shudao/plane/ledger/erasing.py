"""Erase what an entry says about a person; its commitment stays, so every proof still holds. Each erasure is signed."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import msgspec

from shudao.kernel.errors import NotFound
from shudao.kernel.folders import sync_folder
from shudao.kernel.signing import Signer
from shudao.kernel.time import now
from shudao.plane.ledger import frames
from shudao.plane.ledger.register import Register
from shudao.plane.ledger.segment import FOLDER, SUFFIX

FILE = "erasures.jsonl"


class Erasure(msgspec.Struct, frozen=True):
    """Entry `sequence` of `segment` was erased at `instant` for `reason` (a legal ground, no personal data)."""

    segment: str
    sequence: int
    instant: str
    reason: str
    key: str
    signature: str

    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        return f"shudao erasure\n{self.segment}\n{self.sequence}\n{self.instant}\n{self.reason}".encode()


def erase(folder: Path, segment: str, sequence: int, *, reason: str, signer: Signer) -> None:
    """Overwrite the entry and its salt, after recording the erasure. Raises NotFound, SegmentDamaged."""
    path = Path(folder) / FOLDER / f"{segment}{SUFFIX}"
    if not path.exists():
        raise NotFound
    for frame in frames.read(path):
        if frame.number == sequence and frame.kind == frames.ENTRY:
            break
    else:
        raise NotFound
    _record(Path(folder), segment, sequence, reason, signer)
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.pwrite(descriptor, frames.erased(frame.commitment, len(frame.payload)), frame.offset)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    Register(Path(folder)).forget(segment, sequence)


def read(folder: Path) -> list[Erasure]:
    """Return the recorded erasures, unchecked. Raises msgspec.MsgspecError."""
    path = Path(folder) / FILE
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [msgspec.json.decode(line, type=Erasure) for line in lines]


def _record(folder: Path, segment: str, sequence: int, reason: str, signer: Signer) -> None:
    blank = Erasure(segment, sequence, now().isoformat(), reason, signer.key_id, "")
    signature = base64.b64encode(signer.sign(blank.signed())).decode()
    with (folder / FILE).open("ab") as file:
        file.write(msgspec.json.encode(msgspec.structs.replace(blank, signature=signature)) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
