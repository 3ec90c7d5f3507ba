"""Which headers pass, what of an answer is shown, and whom a connection by TLS is made to."""

from __future__ import annotations

import asyncio
import datetime
import json
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from shudao.faces.gateway.proxy import headers, lines, projection
from shudao.faces.gateway.proxy.lines import Asking, Line, UpstreamFailed
from shudao.faces.gateway.proxy.networks import parsed
from shudao.faces.gateway.proxy.places import Places
from shudao.faces.gateway.proxy.resolving import Resolver
from shudao.plane.grants import RowScope
from tests.faces.gateway.department import Department
from tests.faces.gateway.test_proxy_networks import found
from tests.plane import makers

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
ROWS = st.dictionaries(st.sampled_from(["name", "sex", "birth_date", "salary", "", "名"]), VALUES, max_size=6)


def test_hop_by_hop_and_trusted_headers_pass_neither_way() -> None:
    given_ones = {"connection": "close, X-Hop", "x-hop": "1", "host": "h", "x-forwarded-host": "h"}
    told = headers.asking(given_ones | {"authorization": "Bearer x", "accept": "text/csv"}, {"x-shudao-grant": "g"})
    assert told == {
        "accept": "text/csv",
        "accept-encoding": "identity",
        "authorization": "Bearer x",
        "x-shudao-grant": "g",
    }
    back = [("Connection", "x-hop"), ("X-Hop", "1"), ("Server", "inner/1.0"), ("X-Road-Id", "forged")]
    back += [("X-Shudao-Ledger", "forged"), ("Content-Type", "text/csv"), ("Link", "<a>"), ("X-Name", "试")]
    assert headers.answering(back, cut=False) == [("content-type", "text/csv"), ("link", "<a>")]
    assert headers.answering(back, cut=True) == [("content-type", "text/csv")]


@pytest.mark.parametrize("name", ["Cookie", "Cookie2", "Set-Cookie", "Set-Cookie2"])
def test_cookies_pass_neither_way(name: str) -> None:
    assert name.lower() not in headers.asking({name.lower(): "session=1"}, {})
    assert headers.answering([(name, "session=1; HttpOnly"), ("Link", "<a>")], cut=False) == [("link", "<a>")]


@given(st.lists(ROWS, max_size=4), st.sets(st.sampled_from(["name", "sex", "birth_date"]), min_size=1))
def test_only_granted_fields_are_shown_with_their_values_untouched(
    rows: list[dict[str, object]], fields: set[str]
) -> None:
    wanted = [{name: row[name] for name in row if name in fields} for row in rows]
    names, body = tuple(sorted(fields)), json.dumps(rows).encode()
    assert json.loads(projection.cut(body, names, makers.grant())) == wanted
    for row, shown in zip(rows, wanted, strict=True):
        assert json.loads(projection.cut(json.dumps(row).encode(), names, makers.grant())) == shown


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"1", b'"x"', b"[1]", b'[{"name":1},2]', b"{", b"\xff", b'{"name":1}{"name":2}', b"[" * 99_999],
)
def test_anything_else_is_not_cut(body: bytes) -> None:
    assert projection.cut(body, ("name",), makers.grant()) is None


def test_numbers_and_repeated_names_come_through_as_one_value() -> None:
    body = b'{"name":1.10,"sex":123456789012345678901234567890,"name":2.50,"salary":1}'
    assert (
        projection.cut(body, ("name", "sex"), makers.grant()) == b'{"name":2.50,"sex":123456789012345678901234567890}'
    )


def test_rows_outside_the_grant_are_not_shown() -> None:
    granted = makers.grant(scope=RowScope("place", ("5101",)))
    rows = [{"name": "a", "place": "510104"}, {"name": "b", "place": 510200}, {"name": "c"}, {"place": ["5101"]}]
    assert json.loads(projection.cut(json.dumps(rows).encode(), ("name",), granted)) == [{"name": "a"}]
    assert projection.cut(json.dumps(rows[1]).encode(), ("name",), granted) == b""


def certificate(name: str, folder: Path) -> Path:
    """Write a certificate that only signs itself, with its key, to one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    instant = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(instant - makers.DAY).not_valid_after(instant + makers.DAY)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = builder.sign(key, hashes.SHA256())
    file = folder / f"{name}.pem"
    form, private = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(made.public_bytes(form) + key.private_bytes(form, private, serialization.NoEncryption()))
    return file


@pytest.mark.parametrize(
    ("name", "trusted", "code"),
    [
        ("data.example", True, ""),
        ("data.example", False, "upstream_untrusted"),
        ("other.example", True, "upstream_untrusted"),
    ],
)
def test_a_certificate_must_be_of_the_registered_name_whatever_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool, code: str
) -> None:
    file, department = certificate(name, tmp_path), Department()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    department.server.socket = context.wrap_socket(department.server.socket, server_side=True)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    lines.trusted.cache_clear()
    allowed, told = parsed("127.0.0.0/8"), []
    resource = department.resource(url=f"https://data.example:{department.server.server_port}")

    async def work() -> str:
        resolver = Resolver(allowed, lambda *_, **__: found("127.0.0.1"))
        line = Line(
            resource,
            resource.upstream,
            allowed=allowed,
            places=Places(tmp_path / "p.lock"),
            tell=told.append,
            resolver=resolver,
        )
        await line.look()
        assert (line.reach.found, department.asked) == (not code, []), "looked at, and asked nothing"
        try:
            async with line.ask(Asking("GET", "/persons/7", "", {}, b"", lambda step: None)) as answer:
                return str(answer.status)
        except UpstreamFailed as error:
            return error.code
        finally:
            await line.close()

    assert asyncio.run(work()) == (code or "200")
    assert bool(told) == bool(code)
    lines.trusted.cache_clear()
    department.stop()
