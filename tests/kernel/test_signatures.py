"""RFC 9421 Appendix B vectors, RFC 9530, and what a caller cannot slip past the parser."""

from __future__ import annotations

import base64

import pytest

from shudao.kernel import signatures, signing
from shudao.kernel.signatures import Request, SignatureRefused

BODY = b'{"hello": "world"}'
DIGEST = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
REQUEST = Request(
    method="POST",
    scheme="https",
    authority="example.com",
    path="/foo",
    query="param=Value&Pet=dog",
    headers={
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-digest": DIGEST,
        "content-length": "18",
    },
)


def test_the_hmac_vector_of_rfc_9421_b_2_5() -> None:
    key = base64.b64decode("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==")
    signed = signatures.parse(
        'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
        "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
    )
    text = signatures.base(REQUEST, signed.components, signed.parameters)
    assert signatures.mac_holds(key, text, signed.signature)
    assert (signed.key_id, signed.created) == ("test-shared-secret", 1618884473)


def test_the_ed25519_vector_of_rfc_9421_b_2_6() -> None:
    public = base64.b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
    secret = base64.b64decode("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=")
    signed = signatures.parse(
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473'
        ';keyid="test-key-ed25519"',
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
    )
    text = signatures.base(REQUEST, signed.components, signed.parameters)
    assert signing.scheme("ed25519").verifier("k", public).verify(text, signed.signature)
    assert signing.scheme("ed25519").signer("k", secret).sign(text) == signed.signature
    assert not signing.scheme("ed25519").verifier("k", public).verify(text + b" ", signed.signature)


def test_derived_components_are_those_of_the_rfc() -> None:
    text = signatures.base(REQUEST, ["@target-uri", "@query", "@request-target", "@scheme"], "()").decode()
    assert text.splitlines() == [
        '"@target-uri": https://example.com/foo?param=Value&Pet=dog',
        '"@query": ?param=Value&Pet=dog',
        '"@request-target": /foo?param=Value&Pet=dog',
        '"@scheme": https',
        '"@signature-params": ()',
    ]


def test_what_is_written_is_read() -> None:
    names = ("@method", "@path", "x-road-client")
    text = signatures.parameters(names, key_id="k 1", created=5, expires=9, nonce="n/+=", algorithm="hmac-sha256")
    fields = signatures.headers(text, b"\x00\xff")
    signed = signatures.parse(fields["signature-input"], fields["signature"])
    assert signed.components == names
    assert (signed.created, signed.expires, signed.nonce) == (5, 9, "n/+=")
    assert (signed.key_id, signed.algorithm, signed.signature) == ("k 1", "hmac-sha256", b"\x00\xff")
    assert signed.parameters == text


@pytest.mark.parametrize(
    ("given", "signature"),
    [
        ("", ""),
        ("sig=()", ""),
        ('sig=("@path")', "other=:AA==:"),
        ('sig=("@path" "@path")', "sig=:AA==:"),
        ('sig=("@path");created=1;created=2', "sig=:AA==:"),
        ('sig=("content-type";sf)', "sig=:AA==:"),
        ('sig=("@path"), two=("@path")', "sig=:AA==:, two=:AA==:"),
        ('sig=("@path");created=-1', "sig=:AA==:"),
        ('sig=("@path")\n', "sig=:A:"),
    ],
)
def test_malformed_signatures_are_refused(given: str, signature: str) -> None:
    with pytest.raises(SignatureRefused):
        signatures.parse(given, signature)


def test_a_component_that_the_request_lacks_is_refused() -> None:
    with pytest.raises(SignatureRefused):
        signatures.base(REQUEST, ["x-road-client"], "()")
    with pytest.raises(SignatureRefused):
        signatures.base(REQUEST, ["@status"], "()")


def test_content_digest() -> None:
    assert signatures.content_digest(BODY, "sha-512") == DIGEST
    assert signatures.content_digest_holds(DIGEST, BODY)
    assert signatures.content_digest_holds("unknown=:AA==:, " + DIGEST, BODY)
    assert not signatures.content_digest_holds(DIGEST, BODY + b" ")
    assert not signatures.content_digest_holds("unknown=:AA==:", BODY)
    assert not signatures.content_digest_holds(DIGEST + ", sha-256=:AA==:", BODY)


def _form(components: list[str]) -> str:
    text = signatures.parameters(components, key_id="k", created=5, nonce="12345678")
    fields = signatures.headers(text, b"x")
    given = fields["signature-input"]
    signatures.remember(given, signatures.parse(given, fields["signature"]))
    return text


def test_what_was_seen_before_is_taken_apart_as_anything_else_is() -> None:
    components = ["@method", "@authority", "@path", "@query", "date"]
    assert signatures.usual(REQUEST, {**REQUEST.headers, "signature-input": "shudao=()"}) is None
    text = _form(components)
    request = REQUEST._replace(authority="Example.COM", path="", query="")
    fields = signatures.headers(text.replace("=5", "=6").replace("12345678", "another %s"), b"mac")
    found = signatures.usual(request, {**request.headers, **fields})
    assert found is not None
    described = signatures.parse(fields["signature-input"], fields["signature"])
    assert found.base == signatures.base(request, described.components, described.parameters)
    assert (found.created, found.nonce, found.key_id) == (described.created, described.nonce, described.key_id)
    assert found.form.written(described.signature) == fields["signature"]


@pytest.mark.parametrize(
    ("written", "changed"),
    [
        (";created=5", ""),
        (";created=5", ";created=5;expires=6"),
        (';keyid="k"', ';keyid="k";alg="hmac-sha256"'),
        ('"date")', '"date" "content-type")'),
        ("shudao=", "other="),
    ],
)
def test_a_signature_of_another_form_is_not_taken_for_a_known_one(written: str, changed: str) -> None:
    text = _form(["@method", "date"])
    given = f"shudao={text}"
    assert signatures.usual(REQUEST, {**REQUEST.headers, "signature-input": given}) is not None
    assert signatures.usual(REQUEST, {**REQUEST.headers, "signature-input": given.replace(written, changed)}) is None


def test_a_component_that_the_request_lacks_is_left_to_the_thorough_way() -> None:
    text = _form(["@method", "x-absent"])
    assert signatures.usual(REQUEST, {**REQUEST.headers, "signature-input": f"shudao={text}"}) is None


@pytest.mark.parametrize("components", [["@method", "@scheme"], ["@method", "a)b"]])
def test_only_plain_forms_are_remembered(components: list[str]) -> None:
    headers = {**REQUEST.headers, "a)b": "1"}
    given = signatures.parameters(components, key_id="k", created=5, nonce="12345678")
    signatures.remember(f"shudao={given}", signatures.parse(f"shudao={given}", "shudao=:eA==:"))
    assert signatures.usual(REQUEST, {**headers, "signature-input": f"shudao={given}"}) is None
