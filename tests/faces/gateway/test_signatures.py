"""A replayed, altered, late or half-signed call is refused, on every worker and after a restart."""

from __future__ import annotations

import http.client
import time

import pytest

from shudao.client.calls import Refused
from shudao.kernel.keys import Key
from shudao.kernel.time import now
from tests.faces.gateway import raw
from tests.faces.gateway.process import Place, person, question
from tests.plane.makers import CLIENT, SERVICE


def send(place: Place, **changes: object) -> str:
    return raw.outcome(place.send(*raw.signed(place, **changes)))


def test_a_call_signed_with_the_systems_own_key_is_answered(place: Place) -> None:
    assert send(place) == "answered"
    assert send(place, body=b"", method="GET", headers=GET) == "answered"
    assert send(place, path=raw.PATH + "?a=1&b=%20") == "answered"


GET = {
    "x-shudao-subject": person(1),
    "x-shudao-fields": "name, sex",
    "x-shudao-purpose": "household-registration",
}


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": bytes(32)},
        {"key_id": "window-2"},
        {"uncovered": ["@method"]},
        {"uncovered": ["@path"]},
        {"uncovered": ["@query"]},
        {"uncovered": ["@authority"]},
        {"uncovered": ["content-digest"]},
        {"uncovered": ["x-road-client"]},
        {"uncovered": ["x-road-issue"]},
        {"headers": {"x-road-userid": "x"}, "uncovered": ["x-road-userid"]},
        {"nonce": "short"},
        {"extra": ';alg="hmac-sha256"'},
        {"headers": {"x-road-client": CLIENT + "-other"}},
        {"key_id": "session/a/window-1/9999999999/AAAA"},
    ],
)
def test_what_is_not_wholly_signed_by_a_known_key_is_refused(place: Place, changes: dict[str, object]) -> None:
    assert send(place, **changes) == "signature_refused"


@pytest.mark.parametrize("offset", [-301, 302])
def test_a_late_or_early_call_is_refused(place: Place, offset: int) -> None:
    assert send(place, created=time.time() + offset) == "late"


def test_an_expired_signature_is_refused(place: Place) -> None:
    assert send(place, extra=f";expires={int(time.time()) - 1}") == "late"
    assert send(place, extra=f";expires={int(time.time()) + 60}") == "answered"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("body", question(subject=person(2))),
        ("path", raw.PATH + "?x=1"),
        ("method", "PUT"),
        ("x-road-issue", "510000-2"),
        ("x-road-client", CLIENT + "x"),
        ("content-digest", "sha-256=:AA==:"),
    ],
)
def test_a_call_altered_on_the_way_is_refused(place: Place, part: str, value: object) -> None:
    method, path, headers, body = raw.signed(place)
    if part in headers:
        headers[part] = str(value)
    altered = {"method": method, "path": path, "body": body} | ({part: value} if part not in headers else {})
    reply = place.send(str(altered["method"]), str(altered["path"]), headers, altered["body"])
    assert raw.outcome(reply) in ("signature_refused", "invalid_method")


def test_a_repeated_header_is_refused(place: Place) -> None:
    method, path, headers, body = raw.signed(place)
    connection = http.client.HTTPConnection("127.0.0.1", place.port, timeout=5)
    connection.putrequest(method, path)
    for name, value in [*headers.items(), ("x-road-issue", "other"), ("content-length", str(len(body)))]:
        connection.putheader(name, value)
    connection.endheaders(body)
    assert connection.getresponse().getheader("x-shudao-refusal") == "malformed_request"
    connection.close()


def test_another_host_in_the_address_than_was_signed_is_refused(place: Place) -> None:
    method, path, headers, body = raw.signed(place)
    host = {"host": f"127.0.0.1:{place.port}"}
    reply = place.send(method, "http://other.example" + path, headers | host, body)
    assert (raw.outcome(reply), reply[0]) == ("malformed_request", 400)
    same = raw.signed(place)
    assert raw.outcome(place.send(method, place.url + path, same[2] | host, same[3])) == "answered"


def test_a_replay_is_refused_on_every_worker(place: Place) -> None:
    request = raw.signed(place)
    assert raw.outcome(place.send(*request)) == "answered"
    assert {raw.outcome(place.send(*request)) for _ in range(20)} == {"replayed"}


def test_a_replay_is_refused_after_a_restart_and_after_kill_9(own: Place) -> None:
    own.publish()
    own.start()
    first = raw.signed(own)
    assert raw.outcome(own.send(*first)) == "answered"
    own.stop()
    own.start()
    second = raw.signed(own)
    assert raw.outcome(own.send(*first)) == "replayed"
    assert raw.outcome(own.send(*second)) == "answered"
    own.kill()
    own.start()
    assert [raw.outcome(own.send(*request)) for request in (first, second)] == ["replayed", "replayed"]


def test_a_session_needs_the_systems_own_key_and_bears_one_client_only(place: Place) -> None:
    stranger = Key("window-1", "", "ed25519", now(), None, "file", b"", bytes(32))
    with pytest.raises(Refused) as caught:
        place.client(key=stranger).call(SERVICE, person(1), ["name"], "household-registration", "1")
    assert caught.value.code == "session_refused"
    client = place.client()
    client.call(SERVICE, person(1), ["name"], "household-registration", "1")
    session = client._session
    assert session is not None
    assert send(place, key_id=session.key_id) == "signature_refused"


def test_a_client_opens_a_new_session_when_the_gateway_forgot_it(own: Place) -> None:
    own.publish()
    own.start()
    client = own.client()
    ask = (SERVICE, person(1), ["name"], "household-registration", "1")
    assert client.call(*ask).found
    for file in (own.root / "keys").glob("gateway-session-*.json"):
        file.unlink()
    own.stop()
    own.start()
    assert client.call(*ask).found
