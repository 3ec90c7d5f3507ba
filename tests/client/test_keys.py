"""Keys and receipts as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from shudao.client import keys, receipts
from shudao.client.keys import KeyUnreadable
from shudao.client.receipts import Folder, Kept
from shudao.kernel.keys import KeyRing

SECRET = bytes(range(32))
PRIVATE = Ed25519PrivateKey.from_private_bytes(SECRET)
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_a_pem_is_named_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "window-1.pem"
    file.write_bytes(PEM)
    found = keys.load(file)
    assert (found.id, found.algorithm, found.secret) == ("window-1", "ed25519", SECRET)
    assert keys.load(file, "other").id == "other"
    assert SECRET.hex() not in repr(found)
    assert "secret" not in repr(found)


def test_a_file_of_a_key_ring_is_a_key_too(tmp_path: Path) -> None:
    key = KeyRing.load(tmp_path).ensure("window")
    found = keys.load(tmp_path / f"{key.id}.json")
    assert (found.id, found.secret) == (key.id, key.secret)


def test_what_is_no_key_is_told_without_its_content(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"", b"{}", b'{"secret": "AAAA", "id": "a", "algorithm": "ed25519"}', PUBLIC, other):
        file = tmp_path / "bad.pem"
        file.write_bytes(content)
        with pytest.raises(KeyUnreadable, match=r"bad\.pem"):
            keys.load(file)
    with pytest.raises(KeyUnreadable):
        keys.load(tmp_path / "none.pem")


def test_public_keys_of_the_gateway(tmp_path: Path) -> None:
    with pytest.raises(KeyUnreadable, match="no"):
        keys.load_public(tmp_path)
    (tmp_path / "ledger-1.pem").write_bytes(PUBLIC)
    raw = PRIVATE.public_key().public_bytes_raw()
    assert keys.load_public(tmp_path) == keys.load_public(tmp_path / "ledger-1.pem") == {"ledger-1": raw}
    (tmp_path / "other.pem").write_bytes(PEM)
    with pytest.raises(KeyUnreadable):
        keys.load_public(tmp_path)


def test_receipts_are_kept_and_the_oldest_file_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "_FILE_BYTES", 1000)
    folder = Folder(tmp_path / "kept", megabytes=0)
    for number in range(40):
        folder.keep(Kept(f"call-{number}", "service", f"seg:{number}", "seg:9:ab:7:k:AAAA"))
    folder.sync()
    folder.close()
    files = folder.files()
    assert len(files) == 2
    assert sum(file.stat().st_size for file in files) < 2500
    assert json.loads(files[-1].read_bytes().splitlines()[-1])["call"] == "call-39"
    again = Folder(tmp_path / "kept", megabytes=0)
    again.keep(Kept("call-40", "service", "seg:40", "r"))
    again.close()
    assert json.loads(again.files()[-1].read_bytes().splitlines()[-1])["call"] == "call-40"
    assert again.files()[0].stat().st_mode & 0o077 == 0
