"""The door to the ledger: what was asked, by whom, and the proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from shudao.contexts.exchange.contracts.evidence import (
    CallFilter,
    Evidence,
    FoundCalls,
    LedgerLine,
    LedgerProof,
    LedgerReport,
    LedgerStanding,
)
from shudao.contexts.exchange.queries import evidence as evidences
from shudao.contexts.exchange.queries import ledger
from shudao.contexts.exchange.services import (
    counting,
    evidencing,
    sealing,
    stamping,
)
from shudao.foundation.audit.contracts import Actor
from shudao.kernel.signing import Verifier


def ledger_entries(*, resource: str = "", client: str = "", case: str = "", limit: int = 100) -> list[LedgerLine]:
    """Return the newest `limit` calls that the ledger's files hold, newest first, filtered where a filter is given."""
    return ledger.entries(resource=resource, client=client, case=case, limit=limit)


def disclosures(person: str, *, limit: int = 100) -> list[LedgerLine]:
    """Return who got data about the person with this key (32 hex digits), newest first: answered calls only."""
    return ledger.disclosures(person, limit=limit)


def find_calls(asked: CallFilter, *, page: int = 1, size: int = 20, acting: Actor) -> FoundCalls:
    """
    Return a page of calls, newest first: all for bureau and audit administrator, else those of the actor's departments.

    Reads the finding aid's index and, for each line shown, its frame in the segment; takes up to 5,000 new entries in
    before.

    Raises:
        Forbidden: the actor is none of these.
    """
    return evidences.find(asked, page=page, size=size, acting=acting)


def find_calls_about(*, resident_id: str, reason: str, asked: CallFilter, acting: Actor, now: datetime) -> FoundCalls:
    """
    Return the newest 200 calls about a person; the audit entry keeps the reason and the keyed hash of the ID, no more.

    Raises:
        RequestInvalid: fields `resident_id`, `reason`. Forbidden: as `find_calls`.
    """
    return evidencing.of_person(resident_id=resident_id, reason=reason, asked=asked, acting=acting, now=now)


def call_evidence(entry: str, *, acting: Actor) -> Evidence:
    """Return a call with its proof. Raises NotFound: absent, erased, or of other departments. Forbidden."""
    return evidencing.of_call(entry, acting=acting)


def evidence_archive(entry: str, *, acting: Actor, now: datetime) -> bytes:
    """Return the call's evidence as a ZIP for `verify/ledger.py`; audited. Raises NotFound (or no checkpoint yet)."""
    return evidencing.archive(entry, acting=acting, now=now)


def index_ledger() -> int:
    """Take what is new into the finding aid; return how many bytes of segments are still ahead. Runs by itself."""
    return ledger.register().catch_up()


def ledger_stamp(*, now: datetime) -> bool:
    """
    Have the newest checkpoint stamped if it is time; return whether a stamp was had. Runs by itself every minute.

    A failing authority raises nothing: it shows in `ledger_standing`, and after an hour as a duty of the data bureau.
    """
    return stamping.stamp(now=now)


def ledger_standing(*, now: datetime) -> LedgerStanding:
    """Return how far checkpoints, cosignatures and stamps reach, and whether stamps are late."""
    return stamping.standing(now=now)


def ledger_verify(
    *,
    processes: int = 1,
    witnesses: Mapping[str, Verifier] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> LedgerReport:
    """
    Verify the whole ledger from its files and public keys alone; stamps too where an authority is configured.

    Args:
        processes: How many share the work, 0 for as many as there are processors.
        witnesses: Key id → verifier of witnesses whose cosignatures are to be checked; by default this machine's own.
        progress: Told bytes read and bytes in all.
    """
    return sealing.verify(processes=processes, witnesses=witnesses, progress=progress)


def ledger_checkpoint(*, now: datetime) -> str:
    """
    Put what the gateway's workers wrote into the tree and sign a checkpoint.

    Where the gateway's own sequencer is at work it does this every half minute: then nothing is signed here.

    Returns:
        The newest checkpoint's root (hex), "" where there is none.
    """
    return sealing.checkpoint(now=now)


def ledger_proof(entry: str) -> LedgerProof:
    """
    Return the proof that an entry ("<segment>:<number>", a call's `ledger_id`) is under the newest signed root.

    Raises:
        NotFound: no such entry, or no checkpoint covers it yet.
    """
    return sealing.proof(entry)


def count_use(*, now: datetime) -> dict[date, dict[str, tuple[int, int]]]:
    """
    Count yesterday's and today's calls (local days) from the ledger and give the pool each dataset's figures.

    Returns:
        Day → dataset code → (calls, answers). Runs by itself every hour; again gives the same figures.
    """
    return counting.count_use(now=now)
