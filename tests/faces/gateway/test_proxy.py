"""What a caller gets of a department's own service, what the service is told, and what the ledger keeps."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shudao.client.calls import Refused
from shudao.plane.ledger import reader
from tests.faces.gateway import raw
from tests.faces.gateway.department import FIELDS, OWNER, PATH, PERSON, SERVICE, Department, json_of, reply
from tests.faces.gateway.process import Place, person
from tests.plane import makers

ABOUT = {"x-shudao-subject": person(1), "x-shudao-purpose": "household-registration"}
JSON = {"Content-Type": "application/json"}
FAILED, DENIED = "Server.ServerProxy.ServiceFailed", "Server.ServerProxy.AccessDenied"


@pytest.fixture(scope="module")
def department() -> Iterator[Department]:
    made = Department()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory, department: Department) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("proxy"), networks="127.0.0.0/8")
    made.build()
    narrow = made.grant(id="g-narrow", resource="dept-persons", fields=("name", "sex"))
    whole = made.grant(id="g-whole", resource="dept-persons", fields=FIELDS, purpose="whole")
    made.publish(
        resources=(makers.resource(), department.resource(max_body=3 << 20)),
        grants=(made.grant(), narrow, whole),
    )
    made.start()
    yield made
    made.kill()


@pytest.fixture(autouse=True)
def forget(department: Department) -> None:
    department.asked.clear()
    department.answers.clear()


def ask(gate: Place, path: str, **changes: object) -> tuple[int, dict[str, str], bytes]:
    take = {"method": "GET", "headers": {}} | changes
    take["headers"] = ABOUT | dict(take["headers"])
    return gate.send(*raw.signed(gate, path=PATH + path, **take))


def entries(place: Place, headers: dict[str, str]) -> list[object]:
    """Return the entries of the call that the answer belongs to."""
    return [
        found.entry for found in reader.entries(place.ledger) if found.entry.request == headers["x-road-request-id"]
    ]


def test_json_is_cut_to_the_granted_fields_and_the_entry_is_there_first(gate: Place, department: Department) -> None:
    department.answers["/api/persons/7"] = json_of(PERSON, ETag="x", X_Person="secret")
    status, headers, body = ask(gate, "/persons/7?at=2026%2D01")
    assert (status, json.loads(body)) == (200, {"name": "试验人", "sex": "1"})
    assert [name for name in headers if name in ("etag", "x-person")] == []
    [entry] = entries(gate, headers)
    assert (entry.outcome, entry.fields, entry.grant) == ("answered", ("name", "sex"), "g-narrow")
    assert (entry.subject, entry.case) == (gate.hashed(person(1)).hex(), "510000-1")
    assert entry.response_hash
    steps = [part.partition(";")[0] for part in headers["server-timing"].split(", ")]
    assert steps == ["check", "connect", "wait", "read", "ledger"]
    assert department.asked[0].target == "/api/persons/7?at=2026%2D01"


def test_lists_are_cut_row_by_row_and_fewer_fields_may_be_asked_for(gate: Place, department: Department) -> None:
    department.answers["/api/persons"] = json_of([PERSON, {"sex": "2"}, {}])
    _, headers, body = ask(gate, "/persons", headers={"x-shudao-fields": "sex"})
    assert json.loads(body) == [{"sex": "1"}, {"sex": "2"}, {}]
    assert entries(gate, headers)[0].fields == ("sex",)
    assert raw.outcome(ask(gate, "/persons", headers={"x-shudao-fields": "birth_date"})) == "field_not_granted"


def test_the_service_is_told_who_asks_and_nothing_of_the_hop(gate: Place, department: Department) -> None:
    given = {"x-custom": "kept", "x-forwarded-for": "1.2.3.4", "x-road-request-hash": "forged", "te": "trailers"}
    status, headers, _ = ask(gate, "/persons/7", headers=given | {"x-shudao-grant": "forged", "x-road-id": "id-1"})
    told = department.asked[0].headers
    assert status == 200
    assert (told["x-custom"], told["x-road-client"], told["x-road-id"]) == ("kept", makers.CLIENT, "id-1")
    assert (told["x-shudao-grant"], told["x-shudao-subject"]) == ("g-narrow", person(1))
    assert told["x-road-request-hash"] == headers["x-road-request-hash"]
    assert told["x-road-issue"] == "510000-1"
    assert {"x-forwarded-for", "te", "signature", "signature-input", "user-agent"} & set(told) == set()


def test_a_question_in_json_names_its_subject_itself(gate: Place, department: Department) -> None:
    body = json.dumps({"subject": person(2), "since": 2020}).encode()
    values = {"method": "POST", "body": body, "headers": {"content-type": "application/json", "x-shudao-subject": ""}}
    status, headers, _ = ask(gate, "/search", **values)
    assert status == 200
    assert entries(gate, headers)[0].subject == gate.hashed(person(2)).hex()
    assert (department.asked[0].body, department.asked[0].headers["x-shudao-subject"]) == (body, person(2))
    other = values | {"headers": {"content-type": "application/json", "x-shudao-subject": person(3)}}
    assert raw.outcome(ask(gate, "/search", **other)) == "malformed_request"
    twice = b'{"subject":"%s","subject":"%s"}' % (person(2).encode(), person(3).encode())
    assert raw.outcome(ask(gate, "/search", **(values | {"body": twice}))) == "malformed_request"


@pytest.mark.parametrize(
    ("path", "changes", "code"),
    [
        ("/persons/7/more", {}, "unknown_endpoint"),
        ("/persons/7", {"method": "DELETE"}, "unknown_endpoint"),
        ("/persons/7", {"method": "TRACE"}, "invalid_method"),
        ("", {}, "unknown_endpoint"),
        (f"/persons/{person(1)}", {}, "subject_in_path"),
        (f"/persons/{person(4)}", {}, "subject_in_path"),
        (f"/persons?id=%3{person(1)}", {}, "subject_in_path"),
        (f"/persons?id=%2535{person(1)[1:]}", {}, "subject_in_path"),
        ("/persons?x=%00", {}, "malformed_request"),
        ("/persons?x=%c0%ae", {}, "malformed_request"),
        ("/persons?x=%zz", {}, "malformed_request"),
        ("/persons/7", {"headers": {"x-shudao-subject": ""}}, "missing_header"),
        ("/persons/7", {"headers": {"x-shudao-purpose": "curiosity"}}, "other_purpose"),
        ("/persons/7", {"headers": {"x-road-issue": ""}}, "no_case_number"),
        ("/persons/7", {"method": "GET", "body": b"{}"}, "malformed_request"),
    ],
)
def test_what_may_not_be_asked_reaches_no_service(
    gate: Place, department: Department, path: str, changes: dict[str, object], code: str
) -> None:
    status, headers, body = ask(gate, path, **changes)
    assert (headers["x-shudao-refusal"], status in (400, 500)) == (code, True)
    assert department.asked == []
    assert entries(gate, headers)[0].outcome == code
    assert set(json.loads(body)) == {"type", "message", "detail"}


CROOKED = [
    "/persons/../x",
    "/persons/%2e%2e/x",
    "//persons/7",
    "/persons/",
    "/persons/7;a=1",
    "/persons\\7",
    "/persons%2F7",
]
CROOKED += ["/persons/%c0%ae%c0%ae", "/persons/%00", "/persons/7%", "/persons/人", "/persons/%5c"]


@pytest.mark.parametrize("path", CROOKED)
def test_no_crooked_path_reaches_a_service(gate: Place, department: Department, path: str) -> None:
    method, target, headers, body = raw.signed(gate, method="GET", path=PATH + path, headers=ABOUT)
    got, _ = raw.over_socket(gate, method, target, headers, body)
    assert got.get("x-shudao-refusal", "malformed_request") in ("malformed_request", "signature_refused")
    assert department.asked == []


@pytest.mark.parametrize(
    ("answer", "code", "kind"),
    [
        (json_of({"error": "inner text"}, 500), "upstream_error", FAILED),
        (json_of({"error": "inner text"}, 422), "upstream_declined", FAILED),
        (reply(302, {"Location": "http://127.0.0.1:1/"}, b"inner"), "upstream_error", FAILED),
        (reply(200, {"Content-Type": "text/plain"}, b"inner"), "answer_not_cut", DENIED),
        (json_of(["inner"]), "answer_not_cut", DENIED),
        (reply(200, JSON, b'{"name": inner'), "answer_not_cut", DENIED),
        (json_of(PERSON, Content_Encoding="gzip"), "answer_not_cut", DENIED),
        (reply(200, {"Content-Length": "9999999"}, b"inner"), "answer_too_large", FAILED),
        (reply(200, JSON | {"Content-Length": "99"}, b"inner"), "upstream_timeout", FAILED),
        (lambda handler: handler.wfile.write(b"inner\r\n\r\n"), "upstream_broken", FAILED),
    ],
)
def test_a_failing_service_is_told_in_x_roads_form_and_none_of_its_words(
    gate: Place, department: Department, answer: object, code: str, kind: str
) -> None:
    department.answers["/api/odd/x"] = answer
    status, headers, body = ask(gate, "/odd/x")
    told = json.loads(body)
    assert (status, headers["x-shudao-refusal"], told["type"]) == (500, code, kind)
    assert headers["x-road-error"] == kind
    assert b"inner" not in body
    assert "location" not in headers
    [entry] = entries(gate, headers)
    assert (entry.outcome, entry.request) == (code, told["detail"])
    assert raw.outcome(ask(gate, "/persons/7")) == "answered"


def test_an_absent_person_is_no_refusal(gate: Place, department: Department) -> None:
    department.answers["/api/persons/8"] = json_of({"error": "inner"}, 404)
    status, headers, body = ask(gate, "/persons/8")
    assert (status, json.loads(body), entries(gate, headers)[0].outcome) == (404, {"data": None}, "no_record")


def test_anything_else_is_passed_on_only_to_a_grant_of_every_field(gate: Place, department: Department) -> None:
    paper = bytes(range(256)) * 8000
    department.answers["/api/odd/paper"] = reply(200, {"Content-Type": "application/pdf", "X-Pages": "3"}, paper)
    assert raw.outcome(ask(gate, "/odd/paper")) == "answer_not_cut"
    status, headers, body = ask(gate, "/odd/paper", headers={"x-shudao-purpose": "whole"})
    assert (status, body == paper, headers["content-length"]) == (200, True, str(len(paper)))
    assert (headers["content-type"], headers["x-pages"]) == ("application/pdf", "3")
    [entry] = entries(gate, headers)
    assert (entry.outcome, entry.response_hash) == ("answered", "")
    less = {"x-shudao-purpose": "whole", "x-shudao-fields": "name"}
    assert raw.outcome(ask(gate, "/odd/paper", headers=less)) == "answer_not_cut"


def test_an_answer_that_breaks_off_is_never_taken_for_the_whole(gate: Place, department: Department) -> None:
    def broken(handler: object) -> None:
        reply(200, {"Content-Type": "application/pdf", "Content-Length": "2000000"}, bytes(1_500_000))(handler)
        handler.close_connection = True

    department.answers["/api/odd/paper"] = broken
    call = raw.signed(gate, method="GET", path=PATH + "/odd/paper", headers=ABOUT | {"x-shudao-purpose": "whole"})
    got, content = raw.over_socket(gate, *call)
    assert got["content-length"] == "2000000"
    assert len(content) < 2_000_000
    deadline = time.monotonic() + 5
    while len(entries(gate, got)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [entry.outcome for entry in entries(gate, got)] == ["answered", "upstream_broken"]


def test_a_large_answer_without_its_size_is_refused(gate: Place, department: Department) -> None:
    def chunked(handler: object, size: int) -> None:
        reply(200, {"Content-Type": "text/csv", "Content-Length": "", "Transfer-Encoding": "chunked"}, b"")(handler)
        for _ in range(size):
            handler.wfile.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    whole = {"headers": {"x-shudao-purpose": "whole"}}
    department.answers["/api/odd/csv"] = lambda handler: chunked(handler, 4)
    assert len(ask(gate, "/odd/csv", **whole)[2]) == 4 * 0x10000
    department.answers["/api/odd/csv"] = lambda handler: chunked(handler, 40)
    assert raw.outcome(ask(gate, "/odd/csv", **whole)) == "answer_unsized"


def test_a_large_question_is_streamed_and_never_whole_where_it_was_altered(gate: Place, department: Department) -> None:
    body = bytes(range(256)) * 4000
    department.answers["/api/files/1"] = reply(204, {"Content-Length": ""}, b"")
    call = raw.signed(gate, method="PUT", path=PATH + "/files/1", headers=ABOUT, body=body)
    status, headers, _ = gate.send(*call)
    assert (status, department.asked[0].body == body) == (204, True)
    assert headers["x-road-request-hash"] == raw.request_hash(gate, call)
    assert "x-road-request-hash" not in department.asked[0].headers
    method, path, told, _ = raw.signed(gate, method="PUT", path=PATH + "/files/1", headers=ABOUT, body=body)
    assert raw.outcome(gate.send(method, path, told, body[:-1] + b"x")) == "signature_refused"
    assert len(department.asked) == 1


def test_our_client_asks_a_department_too(gate: Place, department: Department) -> None:
    client, about = gate.client(), {"X-Shudao-Subject": person(1)}
    ask = {"purpose": "household-registration", "case": "510000-1"}
    with client.request("GET", SERVICE, "/persons/7", headers=about, query="a=1", **ask) as answer:
        assert (answer.status, json.loads(answer.read())) == (200, {"name": "试验人", "sex": "1"})
    body = bytes(range(256)) * 2000
    with client.request("PUT", SERVICE, "/files/1", headers=about, body=body, **ask) as answer:
        assert answer.status == 200
    assert [(each.method, len(each.body)) for each in department.asked] == [("GET", 0), ("PUT", 512_000)]
    with pytest.raises(Refused) as caught, client.request("GET", SERVICE, "/other", headers=about, **ask):
        pass
    assert caught.value.code == "unknown_endpoint"


def test_a_question_over_the_limit_is_refused_before_it_is_read(gate: Place, department: Department) -> None:
    call = raw.signed(
        gate, method="PUT", path=PATH + "/files/1", headers=ABOUT | {"content-length": "99999999"}, body=b"x"
    )
    got, _ = raw.over_socket(gate, *call)
    assert got["x-shudao-refusal"] == "question_too_large"
    assert department.asked == []


def test_head_gives_no_body_and_the_metadata_name_the_endpoints(gate: Place) -> None:
    assert ask(gate, "/persons/7", method="HEAD")[::2] == (200, b"")
    service = json.loads(gate.get(f"/r1/{OWNER}/listMethods")[2])["service"][0]
    assert {"method": "PUT", "path": "/files/{id}"} in service["endpoint_list"]
    described = json.loads(gate.get(f"/r1/{OWNER}/getOpenAPI?serviceCode=dept-persons")[2])
    assert set(described["paths"][f"{PATH}/persons/{{id}}"]) == {"get", "head", "parameters"}
    assert json.loads(gate.get("/health")[2])["upstreams"][0]["service"] == "dept-persons"


def test_nothing_of_a_person_or_an_address_stands_in_the_log(gate: Place, department: Department) -> None:
    ask(gate, f"/persons?id={person(5)}")
    ask(gate, "/persons/7", headers={"x-shudao-subject": person(5)})
    files = [gate.log, *(file for file in Path(gate.ledger).rglob("*") if file.is_file())]
    assert [file for file in files if person(5).encode() in file.read_bytes()] == []
    assert department.url not in gate.log.read_text() + gate.get("/health")[2].decode()
