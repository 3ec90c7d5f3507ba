"""What the ledger holds and proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shudao.kernel.paging import Page


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """
    One call as the ledger holds it.

    `subject` is a keyed hash in hex; `outcome` "answered" or a refusal's code. `verified`: of all `fields` it was only
    said whether they are what the caller stated.
    """

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
    verified: bool = False


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to find; everything given must hold. `since` and `until` are local days, both included."""

    case: str = ""
    client: str = ""
    resource: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class FoundCalls:
    """
    One page of calls, newest first.

    `more` when there are more than the page's `total` says (counting stops at 10,000); `behind` when the newest calls
    are not in the finding aid yet.
    """

    page: Page[LedgerLine]
    more: bool
    behind: bool


@dataclass(frozen=True, slots=True)
class LedgerMark:
    """Somebody's word on the ledger: `who` (a key's id, "" for a time-stamp authority), when, for how many entries."""

    who: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """
    How the ledger stands: its newest checkpoint, and the newest that a witness cosigned and an authority stamped.

    `stamping` when an authority is configured; `late` when a checkpoint has waited over an hour for its stamp; `why` is
    what the authority's last failure was, "" when the last stamp was had. `witnessing` when this machine starts a
    witness; `alarm` is the sentence with which that witness refused to go on, "" when it raised none.
    """

    checkpoints: int
    newest: LedgerMark | None
    cosigned: LedgerMark | None
    stamped: LedgerMark | None
    stamping: bool
    late: bool
    why: str
    witnessing: bool = False
    alarm: str = ""


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


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    One call with everything that speaks for it.

    `call`, `key`, `snapshot` and `age` are the trace id, the caller's key, the grant snapshot and its age in seconds.
    `text` is the entry as it was written. `proof` is None until a checkpoint covers it; `holds` when entry, proof and
    root were found to agree just now. `cosigned` and `stamped` are of exactly that checkpoint.
    """

    line: LedgerLine
    call: str
    key: str
    snapshot: int
    age: int
    text: str
    proof: LedgerProof | None
    holds: bool
    cosigned: tuple[LedgerMark, ...]
    stamped: tuple[LedgerMark, ...]
