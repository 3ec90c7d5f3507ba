"""What the ledger holds and proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One call as the ledger holds it. `subject` is a keyed hash in hex; `outcome` "answered" or a refusal's code."""

    entry: str
    at: datetime
    client: str
    resource: str
    purpose: str
    case: str
    user: str
    fields: tuple[str, ...]
    subject: str
    grant: str
    outcome: str


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """
    What verification from the files found.

    `ok` when `problems` is empty. `entries` are those that a signed receipt covers, `root` (hex) is the newest
    checkpoint's as recomputed. `problems` and `notes` are plain English sentences naming file and entry.
    """

    ok: bool
    entries: int
    checkpoints: int
    root: str
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerProof:
    """
    That an entry is under a signed root, checkable without the ledger (RFC 9162 §2.1.3).

    `leaf` (hex) is number `index` of a tree of `size` entries with root `root` (hex); `path` are the sibling hashes,
    leaf upwards. The checkpoint was signed by key `signed_by` at `at`.
    """

    entry: str
    index: int
    leaf: str
    path: tuple[str, ...]
    size: int
    root: str
    signed_by: str
    at: datetime
