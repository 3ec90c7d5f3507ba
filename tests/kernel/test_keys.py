"""Keys: custody, rotation, end."""

from __future__ import annotations

import base64
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from shudao.kernel import sealing
from shudao.kernel.keys import SECRET, KeyRefused, KeyRing
from shudao.kernel.time import fixed, using_clock

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_created_key_signs_and_another_process_verifies(tmp_path: Path) -> None:
    ring, other = KeyRing.load(tmp_path), KeyRing.load(tmp_path)
    ring.create("ledger")
    signer = ring.signer("ledger")
    signature = signer.sign(b"text")
    assert other.verifier(signer.key_id).verify(b"text", signature)
    assert not other.verifier(signer.key_id).verify(b"other", signature)
    assert ring.public_pem(signer.key_id).startswith(b"-----BEGIN PUBLIC KEY-----")


def test_only_the_owner_reads_a_key_file_and_no_secret_is_shown(tmp_path: Path) -> None:
    key = KeyRing.load(tmp_path).create("seal", algorithm=SECRET)
    assert stat.S_IMODE((tmp_path / f"{key.id}.json").stat().st_mode) == 0o600
    assert "secret" not in repr(key).replace("'secret'", "")


def test_after_rotation_the_newest_signs_and_older_ones_verify(tmp_path: Path) -> None:
    ring = KeyRing.load(tmp_path)
    with using_clock(fixed(START)):
        old = ring.create("ledger")
        signature = ring.signer("ledger").sign(b"x")
    with using_clock(fixed(START + timedelta(days=1))):
        new = ring.create("ledger")
        assert ring.signer("ledger").key_id == new.id
        assert ring.verifier(old.id).verify(b"x", signature)
        assert set(KeyRing.load(tmp_path).verifiers("ledger")) == {old.id, new.id}


def test_an_ended_key_is_refused_but_still_verifies_what_it_signed_before(tmp_path: Path) -> None:
    ring = KeyRing.load(tmp_path)
    with using_clock(fixed(START)):
        key = ring.create("ledger", ends=START + timedelta(days=1))
    with using_clock(fixed(START + timedelta(days=1))):
        with pytest.raises(KeyRefused):
            ring.signer("ledger")
        with pytest.raises(KeyRefused):
            ring.verifier(key.id)
        assert ring.verifier(key.id, at=START).key_id == key.id


def test_a_secret_in_the_environment_lies_in_no_file(tmp_path: Path) -> None:
    secret = bytes(range(32))
    ring = KeyRing.load(tmp_path, environment={"HIDDEN": base64.b64encode(secret).decode()})
    key = ring.create("seal", algorithm=SECRET, variable="HIDDEN")
    assert ring.secret("seal").secret == secret
    assert base64.b64encode(secret) not in (tmp_path / f"{key.id}.json").read_bytes()
    with pytest.raises(KeyRefused):
        KeyRing.load(tmp_path, environment={}).secret("seal")


def test_ensure_makes_one_key_only_and_the_wrong_kind_is_refused(tmp_path: Path) -> None:
    first = KeyRing.load(tmp_path).ensure("seal", algorithm=SECRET)
    ring = KeyRing.load(tmp_path)
    assert ring.ensure("seal", algorithm=SECRET).id == first.id
    with pytest.raises(KeyRefused):
        ring.signer("seal")
    with pytest.raises(KeyRefused):
        ring.verifier(first.id)
    with pytest.raises(KeyRefused):
        ring.key("nobody")


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger-1.json").write_text("{}")
    with pytest.raises(KeyRefused) as caught:
        KeyRing.load(tmp_path)
    assert caught.value.details["key"] == "ledger-1.json"


def test_seals_open_only_in_their_place_with_their_key() -> None:
    keys = {"k": bytes(32)}
    sealed = sealing.seal(keys["k"], "k", b"plain", b"place")
    assert sealing.unseal(keys, sealed, b"place") == b"plain"
    assert b"plain" not in sealed
    wrong = [
        (keys, sealed, b"elsewhere"),
        ({"k": bytes([1]) * 32}, sealed, b"place"),
        ({}, sealed, b"place"),
        (keys, sealed[:-1] + bytes([sealed[-1] ^ 1]), b"place"),
        (keys, b"", b"place"),
    ]
    for arguments in wrong:
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(*arguments)


def test_keyed_hashes_are_equal_for_one_key_only() -> None:
    assert sealing.keyed_hash(bytes(32), "519901") == sealing.keyed_hash(bytes(32), "519901")
    assert sealing.keyed_hash(bytes(32), "519901") != sealing.keyed_hash(b"1" * 32, "519901")
    assert len(sealing.keyed_hash(bytes(32), "")) == 16


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        ("", "028962f61b7bf89efc6b551f4667d983"),
        ("6bc1bee22e409f96e93d7e117393172a", "28a7023f452e8f82bd4bf28d8c37c35c"),
    ],
)
def test_keyed_hashes_are_aes_cmac(text: str, mac: str) -> None:
    """NIST SP 800-38B, AES-256: the examples whose message is text, or is none, reckoned from their bytes."""
    key = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
    known = CMAC(AES(key))
    known.update(bytes.fromhex(text))
    assert known.finalize().hex() == mac
    assert sealing.keyed_hash(key, "519901") == _cmac(key, b"519901")
    assert text or sealing.keyed_hash(key, "").hex() == mac


def _cmac(key: bytes, message: bytes) -> bytes:
    found = CMAC(AES(key))
    found.update(message)
    return found.finalize()


def test_a_key_that_was_ended_is_refused_and_its_file_stays(tmp_path: Path) -> None:
    ring = KeyRing.load(tmp_path)
    old = ring.create("seal", algorithm=SECRET)
    new = ring.create("seal", algorithm=SECRET)
    ring.end(old.id, at=START)
    for one in (ring, KeyRing.load(tmp_path)):
        assert list(one.secrets("seal")) == [new.id]
        with pytest.raises(KeyRefused):
            one.key(old.id)
    assert (tmp_path / f"{old.id}.json").exists()
    with pytest.raises(KeyRefused):
        ring.end("seal-unknown", at=START)
