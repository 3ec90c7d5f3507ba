"""A receipt: signed once a batch, it says that a segment held so many entries, and which. It shows a cut tail."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from shudao.kernel.signing import Signer


@dataclass(frozen=True, slots=True)
class Receipt:
    """Segment `segment` held `entries` entries with running hash `head` (hex) at `instant` (Unix microseconds)."""

    segment: str
    entries: int
    head: str
    instant: int
    key: str
    signature: str

    def signed(self) -> bytes:
        """Return the bytes that the signature is over."""
        return f"shudao receipt\n{self.segment}\n{self.entries}\n{self.head}\n{self.instant}".encode()

    def text(self) -> str:
        """Return the receipt as one header value."""
        return f"{self.segment}:{self.entries}:{self.head}:{self.instant}:{self.key}:{self.signature}"


def give(segment: str, entries: int, head: bytes, instant: int, signer: Signer) -> Receipt:
    """Return the signed receipt."""
    blank = Receipt(segment, entries, head.hex(), instant, signer.key_id, "")
    signature = base64.b64encode(signer.sign(blank.signed())).decode()
    return Receipt(segment, entries, head.hex(), instant, signer.key_id, signature)


def parse(text: str) -> Receipt:
    """Return the receipt of `text()`. Raises ValueError."""
    segment, entries, head, instant, key, signature = text.strip().split(":")
    return Receipt(segment, int(entries), head, int(instant), key, signature)
