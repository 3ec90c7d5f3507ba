"""Entries as the gateway writes them, for figures; no two are the same."""

from __future__ import annotations

from shudao.kernel import signing
from shudao.plane.ledger import entry

SECRET = bytes(range(32))
KEY = "ledger-bench"


def signer() -> signing.Signer:
    """Return what signs this ledger."""
    return signing.scheme().signer(KEY, SECRET)


def verifiers() -> dict[str, signing.Verifier]:
    """Return what checks its signatures."""
    return {KEY: signing.scheme().verifier(KEY, signing.scheme().public_of(SECRET))}


def body(number: int) -> bytes:
    """Return an entry's canonical bytes."""
    return entry.encode(
        entry.Entry(
            version=1,
            instant=1_790_000_000_000_000 + number,
            call=f"01K{number:023}",
            request=f"{number:036}",
            client="SHUDAO/GOV/11519900MB00000001/one-window",
            user="CN/clerk-17",
            service="SHUDAO/GOV/11519900MB00000002/pool/sjzy-population-basic",
            grant="grant-2026-000017",
            purpose="handling",
            case=f"5199012026{number:033}",
            subject=f"{number:032x}",
            fields=("name", "sex", "birth_date"),
            outcome="answered",
            snapshot=12,
            age=3,
            request_hash="A" * 88,
            response_hash="B" * 44,
            key="session/gateway-session-01k/window-1/1790000000/ABCDEFGH",
            nonce=f"{number:026}",
            created=1_790_000_000,
        )
    )
