"""The keys that the exchange signs and verifies with, made at first use."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from shudao.foundation.identity import api as identity
from shudao.kernel.keys import Key, KeyRing
from shudao.kernel.signing import Signer, Verifier

SNAPSHOT = "snapshot-signing"
LEDGER = "ledger"
CLIENT = "one-window"
_BUREAU_KIND = "sj"


@lru_cache(maxsize=4)
def _load(folder: Path) -> KeyRing:
    return KeyRing.load(folder)


def ring() -> KeyRing:
    """Return the installation's keys."""
    return _load(Path(settings.KEYS_ROOT))


def snapshot_signer() -> Signer:
    """Return what signs grant snapshots."""
    ring().ensure(SNAPSHOT)
    return ring().signer(SNAPSHOT)


def snapshot_verifiers() -> dict[str, Verifier]:
    """Return key id → verifier of snapshots."""
    return ring().verifiers(SNAPSHOT)


def ledger_signer() -> Signer:
    """Return what signs checkpoints."""
    ring().ensure(LEDGER)
    return ring().signer(LEDGER)


def ledger_verifiers() -> dict[str, Verifier]:
    """Return key id → verifier of checkpoints and receipts."""
    return ring().verifiers(LEDGER, past=True)


def ledger_public() -> dict[str, bytes]:
    """Return key id → PEM of every key that ever signed checkpoints."""
    return {key: ring().public_pem(key) for key in ledger_verifiers()}


def client_key() -> Key:
    """Return the key with which the platform signs its own calls."""
    return ring().ensure(CLIENT)


def bureau() -> str:
    """Return the credit code of the province's data bureau."""
    return identity.departments(kind=_BUREAU_KIND, level=1)[0].code
