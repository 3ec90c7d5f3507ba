"""Calls with a session's MAC: what is prepared for the second call checks as much as the first did."""

from __future__ import annotations

import base64
import json
import threading
import time

import pytest

from shudao.kernel import signatures
from tests.faces.gateway import raw
from tests.faces.gateway.process import Place, nonce, question
from tests.plane import makers

Session = tuple[str, bytes]


@pytest.fixture
def session(place: Place) -> Session:
    status, _, body = place.send(*raw.signed(place, path="/session", body=b"", headers={"content-length": "0"}))
    assert status == 200, body
    told = json.loads(body)
    return told["key_id"], base64.b64decode(told["secret"])


def call(place: Place, session: Session, **changes: object) -> tuple[str, str, dict[str, str], bytes]:
    """Return a call that is signed with the session's MAC, except for `changes`."""
    body, late = question(), int(str(changes.get("late", 0)))
    headers = {"x-road-client": makers.CLIENT, "x-road-issue": "510000-1"}
    headers["content-digest"] = signatures.content_digest(body)
    components = [
        name for name in ("@method", "@authority", "@path", "@query", *headers) if name != changes.get("less")
    ]
    text = signatures.parameters(
        components,
        key_id=session[0],
        created=int(time.time()) - late,
        nonce=str(changes.get("nonce", nonce())),
    )
    request = signatures.Request("POST", "http", f"127.0.0.1:{place.port}", raw.PATH, "", headers)
    base = signatures.base(request, components, text)
    headers |= signatures.headers(text, signatures.mac(session[1], base))
    headers |= changes.get("headers", {})  # type: ignore[operator]
    return "POST", str(changes.get("path", raw.PATH)), headers, bytes(changes.get("body", body))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": {"x-road-issue": "510000-2"}},
        {"headers": {"x-road-userid": "CN/1"}},
        {"headers": {"x-shudao-more": "1"}},
        {"headers": {"signature": "shudao=:AAAA:"}},
        {"headers": {"signature": "shudao=:密:".encode().decode("latin-1")}},
        {"path": raw.PATH + "?a=1"},
        {"body": question(fields=["name", "sex"])},
        {"less": "x-road-issue"},
        {"less": "content-digest"},
        {"less": "@query"},
        {"late": 400},
        {"late": -400},
        {"nonce": "short"},
    ],
)
def test_a_changed_call_is_refused_though_the_session_is_well_known(
    place: Place, session: Session, changes: dict[str, object]
) -> None:
    for _ in range(2):
        assert raw.outcome(place.send(*call(place, session))) == "answered"
    assert raw.outcome(place.send(*call(place, session, **changes))) in ("signature_refused", "late")


def test_of_one_call_sent_many_times_at_once_one_is_answered(place: Place, session: Session) -> None:
    same, found = call(place, session), []
    assert raw.outcome(place.send(*call(place, session))) == "answered"
    threads = [threading.Thread(target=lambda: found.append(place.send(*same))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(raw.outcome, found)) == ["answered"] + ["replayed"] * 11
    assert all(reply[1]["x-shudao-ledger"] for reply in found)
    assert sum(b'"data"' in reply[2] for reply in found) == 1
