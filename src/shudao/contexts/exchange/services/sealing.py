"""Checkpoints, proofs and verification of the ledger, from its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from shudao.contexts.exchange.adapters import keys, stamps
from shudao.contexts.exchange.adapters import witnesses as own
from shudao.contexts.exchange.contracts.evidence import LedgerProof, LedgerReport
from shudao.kernel.errors import NotFound
from shudao.kernel.signing import Verifier
from shudao.kernel.time import fixed, using_clock
from shudao.plane.ledger import checkpoints, hands, proofs
from shudao.plane.ledger import verify as verifying
from shudao.plane.ledger.sequencer import Sequencer, SequencerBusy


def _folder() -> Path:
    return Path(settings.LEDGER_ROOT)


def verify(
    *, processes: int, witnesses: Mapping[str, Verifier] | None, progress: Callable[[int, int], None]
) -> LedgerReport:
    found = verifying.verify(
        _folder(),
        keys.ledger_verifiers(),
        witnesses=witnesses if witnesses is not None else own.verifiers(),
        stamp_roots=stamps.roots() if stamps.configured() else None,
        processes=processes or hands.here(),
        progress=progress,
    )
    return LedgerReport(
        ok=found.ok,
        entries=found.entries,
        checkpoints=len(checkpoints.lines(_folder())),
        root=found.root,
        problems=tuple(found.problems),
        notes=tuple(found.notes),
    )


def checkpoint(*, now: datetime) -> str:
    try:
        with using_clock(fixed(now)), Sequencer(_folder(), keys.ledger_signer) as sequencer:
            sequencer.tick()
            sequencer.checkpoint()
    except SequencerBusy:
        pass  # the gateway's own is at work, and signs at most half a minute later
    past = checkpoints.read(_folder())
    return past[-1].root if past else ""


def proof(entry: str) -> LedgerProof:
    segment, _, number = entry.rpartition(":")
    if not segment or not number.isdecimal() or "/" in segment or not checkpoints.lines(_folder()):
        raise NotFound
    return proof_of(proofs.inclusion(_folder(), segment, int(number)))


def proof_of(found: proofs.Inclusion) -> LedgerProof:
    return LedgerProof(
        entry=f"{found.segment}:{found.sequence}",
        index=found.index,
        leaf=found.leaf,
        path=found.path,
        size=found.checkpoint.size,
        root=found.checkpoint.root,
        signed_by=found.checkpoint.key,
        at=datetime.fromisoformat(found.checkpoint.instant),
    )
