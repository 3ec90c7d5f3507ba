"""Digests by name."""

from __future__ import annotations

import hashlib

import pytest

from shudao.kernel import digests


def test_sha256_is_the_default_and_another_plugs_in() -> None:
    assert digests.digest().hash(b"abc") == hashlib.sha256(b"abc").digest()
    assert digests.digest().size == 32
    reverse = digests.Digest("reverse", 3, lambda data: data[::-1], lambda key, data: key + data)
    digests.register(reverse)
    assert digests.digest("reverse").hash(b"abc") == b"cba"


def test_an_unknown_digest_is_refused_by_name() -> None:
    with pytest.raises(digests.DigestUnknown) as caught:
        digests.digest("md4")
    assert caught.value.details == {"name": "md4"}
