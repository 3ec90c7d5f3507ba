"""How far the ledger is signed, and how far a witness followed: for whoever looks after the gateway."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from shudao.plane.ledger import checkpoints, cosigning
from shudao.plane.ledger.witness import alarm


def watched(ledger: Path, witness: str, instant: datetime) -> dict[str, object]:
    """
    Return the newest checkpoint, the newest that a witness cosigned, and the alarm of the witness on this machine.

    Each is None where there is none. A witness that keeps up has cosigned as many entries as the checkpoint has, some
    seconds after it. What cannot be read is the `problem`.
    """
    told: dict[str, object] = {"checkpoint": None, "cosigned": None, "alarm": None}
    try:
        told["alarm"] = (alarm(Path(witness)) or None) if witness else None
        signed, seen = checkpoints.newest(ledger), cosigning.newest(ledger)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        return told | {"problem": f"the ledger's checkpoints cannot be read: {type(error).__name__}"}
    if signed is not None:
        told["checkpoint"] = _mark(signed.size, signed.instant, instant)
    if seen is not None:
        told["cosigned"] = _mark(seen.size, seen.instant, instant) | {"witness": seen.witness}
    return told


def _mark(entries: int, at: str, instant: datetime) -> dict[str, object]:
    age = (instant - datetime.fromisoformat(at)).total_seconds()
    return {"entries": entries, "at": at, "age_seconds": round(age, 1)}
