"""One line of the ledger: who asked for what, under which grant, and what came of it. Subjects are keyed hashes."""

from __future__ import annotations

import hashlib

import msgspec

from shudao.kernel import merkle

SALT_SIZE = 16
ANSWERED, NO_RECORD = "answered", "no_record"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """
    Written as a JSON array in this order: the encoding is canonical, and any JSON reader can show it.

    `instant` is Unix microseconds, `created` the signature's Unix second, `age` the snapshot's age in whole seconds
    (-1 where there was none). `outcome` is "answered", "no_record" or a refusal's code. Hashes are base64, `subject`
    is hex.
    """

    version: int
    instant: int
    call: str
    request: str
    client: str
    user: str
    service: str
    grant: str
    purpose: str
    case: str
    subject: str
    fields: tuple[str, ...]
    outcome: str
    snapshot: int
    age: int
    request_hash: str
    response_hash: str
    key: str
    nonce: str
    created: int


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """Return the entry's canonical bytes."""
    return _encoder.encode(entry)


def decode(body: bytes) -> Entry:
    """Return the entry of `encode`'s bytes. Raises msgspec.MsgspecError."""
    return _decoder.decode(body)


def commitment(salt: bytes, body: bytes) -> bytes:
    """Return what stands for the entry in tree and receipts; with its salt gone, nothing can be guessed from it."""
    return hashlib.sha256(salt + body).digest()


def leaf(committed: bytes) -> bytes:
    """Return the tree's leaf hash of a commitment."""
    return merkle.leaf_hash(committed)


def first_head(segment: str) -> bytes:
    """Return the running hash of a segment before its first entry."""
    return hashlib.sha256(b"shudao segment " + segment.encode()).digest()


def next_head(head: bytes, committed: bytes) -> bytes:
    """Return the running hash after one more entry."""
    return hashlib.sha256(head + committed).digest()
