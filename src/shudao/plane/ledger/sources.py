"""Where a witness reads a ledger's checkpoints: a folder that it can see, or what `publish` serves over HTTP."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Protocol

import msgspec

from shudao.plane.ledger import checkpoints, cosigning, proofs

MOST = 4 << 20  # bytes of checkpoints at a time
_SECONDS = 10


class Unreachable(Exception):
    """Nothing could be read now; later perhaps."""


class Source(Protocol):
    """A ledger as its witness sees it. Every method raises Unreachable where it cannot be reached."""

    def lines(self, offset: int) -> list[bytes]:
        """Return whole checkpoint lines from byte `offset` of the file on."""
        ...

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Return the proof that the tree of `size` continues that of `old`."""
        ...

    def give(self, cosignature: bytes) -> None:
        """Leave a cosignature beside the checkpoints."""
        ...


class FolderSource:
    """A ledger's folder on this machine, or mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lines(self, offset: int) -> list[bytes]:
        """Read them from the file."""
        try:
            return read_lines(self._folder, offset)
        except OSError as error:
            raise Unreachable(str(error)) from error

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Read the proof from the tree's files."""
        try:
            return [bytes.fromhex(value) for value in proofs.consistency(self._folder, old, size)]
        except (OSError, ValueError) as error:  # the sequencer may be building the tree anew
            raise Unreachable(str(error)) from error

    def give(self, cosignature: bytes) -> None:
        """Append it to the file."""
        try:
            cosigning.append(self._folder, cosignature)
        except OSError as error:
            raise Unreachable(str(error)) from error


class HttpSource:
    """What `python -m shudao.plane.ledger publish` serves at `address`."""

    def __init__(self, address: str) -> None:
        if not address.startswith(("http://", "https://")):
            raise ValueError("the source's address begins with http:// or https://")
        self._address = address.rstrip("/")

    def lines(self, offset: int) -> list[bytes]:
        """Ask for them."""
        return self._ask(f"/checkpoints?offset={offset}").split(b"\n")[:-1]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Ask for the proof."""
        try:
            told = msgspec.json.decode(self._ask(f"/consistency?old={old}&size={size}"), type=list[str])
            return [bytes.fromhex(value) for value in told]
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unreachable(str(error)) from error

    def give(self, cosignature: bytes) -> None:
        """Send it."""
        self._ask("/cosignatures", cosignature)

    def _ask(self, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self._address + path, data=body)  # noqa: S310 - scheme checked above
        try:
            # The address is the operator's own, given when the witness is started.
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return bytes(answer.read(MOST + 1))
        except (OSError, urllib.error.URLError) as error:
            raise Unreachable(str(error)) from error


def source_of(text: str) -> Source:
    """Return the source that an argument names. Raises ValueError."""
    return HttpSource(text) if "://" in text else FolderSource(Path(text))


def read_lines(folder: Path, offset: int) -> list[bytes]:
    """Return whole checkpoint lines from byte `offset` on, at most `MOST` bytes of them. Raises OSError."""
    return checkpoints.content(folder, offset, MOST).split(b"\n")[:-1]
