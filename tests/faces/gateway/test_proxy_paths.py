"""Whatever path is sent: what is let through is exactly an allowed endpoint, for us and for any reader behind us."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, unquote_to_bytes, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shudao.faces.gateway import addresses
from shudao.faces.gateway.proxy import queries
from shudao.plane.decision import Book
from shudao.plane.grants import Endpoint, Upstream
from tests.plane import makers

SERVICE = "SHUDAO/GOV/11519900MB00000002/registry/persons"
ENDPOINTS = (
    Endpoint("GET", "/"),
    Endpoint("GET", "/persons/{id}"),
    Endpoint("GET", "/a/{b}/c"),
    Endpoint("GET", "/p.q"),
)
RESOURCE = makers.resource(
    code="persons", service=SERVICE, dataset="", index="", upstream=Upstream("https://data.example", ENDPOINTS)
)
BOOK = Book(makers.snapshot(resources=(RESOURCE,)))
PIECES = [
    "/",
    "//",
    "..",
    ".",
    "persons",
    "7",
    "a",
    "b",
    "c",
    "p.q",
    "%2e",
    "%2F",
    "%2f",
    "%5c",
    "\\",
    ";",
    ";x=1",
    "%3b",
]
PIECES += [
    "%00",
    "%0d%0a",
    "\t",
    "%252e",
    "%252f",
    "%c0%ae",
    "%c0%af",
    "\u2025",
    "\uff0e",
    "%e2%80%a5",
    "?",
    "#",
    "@",
    ":",
    "*",
]
PATHS = st.lists(st.sampled_from(PIECES) | st.characters(max_codepoint=0x2FFF, exclude_categories=["Cs"]), max_size=9)


def let_through(sent: str) -> str | None:
    """Return the path that the gateway would pass on, as its server decodes what was sent."""
    decoded = unquote_to_bytes(sent.partition("?")[0].partition("#")[0]).decode("utf-8", "replace")
    address = addresses.parse(f"/r1/{SERVICE}{decoded}")
    if address is None or address.service != SERVICE:
        return None
    return address.path if BOOK.endpoint(RESOURCE, "GET", address.path) is not None else None


def readings(path: str) -> set[str]:
    """Return how servers read a path: decoded once or twice; backslashes, parameters, dots, slashes resolved."""
    found = {path, unquote(path), unquote(unquote(path)), urlsplit("http://x" + path).path}
    found |= {each.replace("\\", "/") for each in found}
    found |= {re.sub(r";[^/]*", "", each) for each in found}
    return found | {posixpath.normpath(each) for each in found} | {re.sub(r"//+", "/", each) for each in found}


def is_endpoint(path: str) -> bool:
    """Slowly: part by part, letter by letter."""
    parts = path.split("/")[1:] if path.startswith("/") else None
    if parts is None:
        return False
    for endpoint in ENDPOINTS:
        wanted = endpoint.path.split("/")[1:]
        if len(wanted) == len(parts) and all(
            w == p or (w[:1] == "{" and p) for w, p in zip(wanted, parts, strict=True)
        ):
            return True
    return False


@settings(max_examples=2000, deadline=None)
@given(PATHS.map("".join))
@example("/persons/7")
@example("/persons/..%2fp.q")
@example("/a/%2e%2e/c")
@example("/persons/%25%32%65%25%32%65")
def test_what_is_let_through_is_an_endpoint_in_every_reading(sent: str) -> None:
    passed = let_through(sent)
    if passed is not None:
        assert {reading for reading in readings(passed) if not is_endpoint(reading)} == set()
        assert passed.isascii()


@settings(max_examples=500)
@given(st.lists(st.text("abc019-_.~'()+,=:@", min_size=1, max_size=12), max_size=3))
def test_every_plain_endpoint_is_let_through(steps: list[str]) -> None:
    path = "/" + "/".join(steps)
    if steps and not any(step.strip(".") == "" for step in steps):
        assert addresses.parse(f"/r1/{SERVICE}{path}").path == path
        assert (let_through(path) == path) == is_endpoint(path)


def test_the_endpoints_themselves_are_let_through() -> None:
    assert [let_through(path) for path in ("", "/persons/7", "/a/1/c", "/p.q")] == ["/", "/persons/7", "/a/1/c", "/p.q"]


@pytest.mark.parametrize(
    ("query", "plain"),
    [
        ("", True),
        ("at=2026-01-01T00:00:00%2B08:00&q=%E4%BA%BA", True),
        ("a=%", False),
        ("a=%0a", False),
        ("a=%250d", False),
        ("a=%ff", False),
        ("a= b", False),
        ("a=#b", False),
        ("a=b&c=%26", True),
        ("a=人", False),
        ("a=" + "x" * 2100, False),
        ("a=" + "%25" * 8 + "00", False),
        ("a=%2525252525250a", False),
    ],
)
def test_queries_are_well_formed_in_every_layer(query: str, plain: bool) -> None:
    assert queries.is_plain(query) == plain


@pytest.mark.parametrize(
    ("path", "query", "subject", "found"),
    [
        ("/persons/519901199001010011", "", "", True),
        ("/", "id=519901199001010011", "", True),
        ("/", "id=%35%31%39901199001010011", "", True),
        ("/", "id=%EF%BC%95%EF%BC%919901199001010011", "", True),
        ("/", "a=519901-company", "519901-COMPANY", True),
        ("/", "page=12", "12", False),
        ("/persons/510000-2026-000000000000000001", "", "519901199001010011", False),
    ],
)
def test_no_person_stands_in_path_or_query(path: str, query: str, subject: str, found: bool) -> None:
    assert queries.names_subject(path, query, subject) == found
