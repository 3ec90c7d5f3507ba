"""What a caller writes into unsigned headers can never pass, at a service, for another method, address or person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faces.gateway import raw
from tests.faces.gateway.department import FIELDS, PATH, Department
from tests.faces.gateway.process import Place, person

ABOUT = {"x-shudao-subject": person(1), "x-shudao-purpose": "household-registration"}


@pytest.fixture(scope="module")
def department() -> Iterator[Department]:
    made = Department()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, department: Department) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("forging"), networks="127.0.0.0/8")
    made.build()
    grant = made.grant(resource="dept-persons", fields=FIELDS)
    made.publish(resources=(department.resource(max_body=4 << 20, timeout_ms=3000),), grants=(grant,))
    made.start()
    yield made
    made.kill()


@pytest.mark.parametrize(
    "name",
    [
        *("x-http-method-override", "x-http-method", "x-method-override", "x-method", "_method"),
        *("x_shudao_subject", "x-shudao_subject", "x_road_userid", "x_road_client", "x_http_method_override"),
        *("x-original-url", "x-rewrite-url", "x-forwarded-user", "x-real-ip", "cookie"),
    ],
)
def test_no_header_makes_a_service_act_on_something_else(gate: Place, department: Department, name: str) -> None:
    method, path, headers, body = raw.signed(
        gate, path=PATH + "/search", body=b"{}", headers=ABOUT | {"content-type": "application/json"}
    )
    assert raw.outcome(gate.send(method, path, headers | {name: "DELETE"}, body)) == "answered"
    assert name not in department.asked[-1].headers


@pytest.mark.parametrize("chunked", [False, True])
def test_a_long_body_arrives_as_it_was_signed_and_the_worker_lives(
    gate: Place, department: Department, chunked: bool
) -> None:
    body = bytes(range(256)) * 8192
    method, path, headers, _ = raw.signed(gate, path=PATH + "/search", body=body, headers=ABOUT)
    if chunked:
        parts = [body[start : start + 50_000] for start in range(0, len(body), 50_000)]
        content = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in [*parts, b""])
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{gate.port}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers | {"transfer-encoding": "chunked"}).items()]
        told = raw.exchanged(gate, "\r\n".join([*lines, "", ""]).encode() + content)
        assert told.startswith(b"HTTP/1.1 200")
    else:
        assert raw.over_socket(gate, method, path, headers, body)[0]["x-shudao-ledger"]
    assert department.asked[-1].body == body
    assert "Unexpected exit" not in gate.log.read_text()
