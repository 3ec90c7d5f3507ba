"""The door to the ledger: what was asked, by whom, and the proof."""

from __future__ import annotations

from datetime import date, datetime

from shudao.contexts.exchange.contracts.evidence import LedgerLine, LedgerProof, LedgerReport
from shudao.contexts.exchange.queries import ledger
from shudao.contexts.exchange.services import (
    counting,
    sealing,
)


def ledger_entries(*, resource: str = "", client: str = "", case: str = "", limit: int = 100) -> list[LedgerLine]:
    """Return the newest `limit` calls that the ledger's files hold, newest first, filtered where a filter is given."""
    return ledger.entries(resource=resource, client=client, case=case, limit=limit)


def disclosures(person: str, *, limit: int = 100) -> list[LedgerLine]:
    """Return who got data about the person with this key (32 hex digits), newest first: answered calls only."""
    return ledger.disclosures(person, limit=limit)


def ledger_verify() -> LedgerReport:
    """Verify the whole ledger from its files and public keys alone."""
    return sealing.verify()


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
