"""The secret of a case."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shudao.contexts.cases.rules import secrets

MASTER = b"m" * 32


@given(nonce=st.text("0123456789", min_size=1, max_size=26))
def test_a_secret_is_twelve_characters_that_can_be_typed(nonce: str) -> None:
    secret = secrets.derive(MASTER, "N" * 43, nonce)
    assert len(secret) == secrets.LENGTH
    assert set(secret) <= set(secrets.ALPHABET)
    assert secret == secrets.derive(MASTER, "N" * 43, nonce)


def test_another_case_master_or_nonce_has_another_secret() -> None:
    one = secrets.derive(MASTER, "A", "1")
    assert (
        len({one, secrets.derive(MASTER, "B", "1"), secrets.derive(MASTER, "A", "2"), secrets.derive(b"x", "A", "1")})
        == 4
    )


def test_it_is_kept_as_a_hash_that_fits_this_case_alone() -> None:
    kept = secrets.hashed("A", "0123456789AB")
    assert "0123456789AB" not in kept
    assert secrets.matches(kept, "A", "0123456789AB")
    assert not secrets.matches(kept, "B", "0123456789AB")
    assert not secrets.matches(kept, "A", "0123456789AC")


def test_it_may_be_typed_as_people_type() -> None:
    kept = secrets.hashed("A", "0123456789AB")
    assert secrets.matches(kept, "A", " o123-4567-89ab ")
    assert secrets.matches(kept, "A", "OI23456789AB")
