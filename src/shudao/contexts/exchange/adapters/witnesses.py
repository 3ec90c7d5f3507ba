"""The witness that this machine starts beside its ledger, by its folder: its public key, and its alarm."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from shudao.kernel.signing import Verifier
from shudao.plane.ledger import witness
from shudao.plane.ledger.witness import PUBLIC, public_keys


def configured() -> bool:
    """Whether a setting names one."""
    return bool(settings.LEDGER_WITNESS)


def verifiers() -> dict[str, Verifier] | None:
    """Return key id → verifier of its key; None where there is none, or it never ran."""
    file = Path(settings.LEDGER_WITNESS) / PUBLIC
    if not configured() or not file.exists():
        return None
    return {key.key_id: key for key in public_keys([file])}


def alarm() -> str:
    """Return why it refused to go on, "" where it did not."""
    return witness.alarm(Path(settings.LEDGER_WITNESS)) if configured() else ""
