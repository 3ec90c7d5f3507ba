"""The client against gateways that misbehave; against a real one it is tested with the gateway."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from shudao.client.calls import Client, Refused, Unreachable, Untrusted
from tests.client.stand_in import (
    ASK,
    CLIENT,
    KEY,
    LEDGER_KEYS,
    SERVICE,
    Asked,
    Gateway,
    Reply,
    gateway,
    nobody,
    refusal,
    silence,
)

FOUND = {"data": {"name": "试验人"}, "as_of": "2026-11-20", "snapshot": 7, "score": 0.9}


@contextlib.contextmanager
def calling(answer: Callable[[Asked], Reply | None], **options: object) -> Iterator[tuple[Client, Gateway]]:
    with gateway(answer) as running:
        client = Client(running.url, CLIENT, KEY, timeout=1.0, **options)
        try:
            yield client, running
        finally:
            client.close()


def test_nobody_listening_is_told_at_once() -> None:
    with nobody() as url, pytest.raises(Unreachable) as caught:
        Client(url, CLIENT, KEY).call(*ASK)
    assert caught.value.code == "not_connected"


def test_a_silent_gateway_costs_no_more_than_the_time_limit() -> None:
    started = time.monotonic()
    with silence() as url, pytest.raises(Unreachable) as caught:
        Client(url, CLIENT, KEY, timeout=0.5).call(*ASK)
    assert caught.value.code == "timed_out"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "reply",
    [
        (200, {}, b"<html>"),
        (200, {}, b"[]"),
        (200, {}, b'{"data":{"name":"x"}}'),
        (502, {}, b'{"a":1}'),
        (200, {"x-shudao-ledger": "a:1", "x-road-request-hash": "bm9uZQ=="}, b'{"data":{"name":"x"}}'),
    ],
)
def test_what_is_no_answer_to_this_request_is_never_taken_for_one(reply: Reply) -> None:
    with calling(lambda asked: reply) as (client, _), pytest.raises(Unreachable):
        client.call(*ASK)


def test_a_refusal_comes_with_all_that_a_person_needs() -> None:
    body = {"type": "Server.ServerProxy.AccessDenied", "message": "没有授权", "detail": "id-1"}
    headers = {"x-shudao-refusal": "no_grant", "x-shudao-ledger": "a:1", "retry-after": "2"}
    with (
        calling(lambda asked: (500, headers, json.dumps(body).encode())) as (client, _),
        pytest.raises(Refused) as caught,
    ):
        client.call(*ASK)
    refused = caught.value
    assert (refused.code, refused.type, refused.message, refused.detail, refused.ledger, refused.retry_after) == (
        "no_grant",
        *body.values(),
        "a:1",
        2,
    )


def test_the_subject_travels_in_the_body_only() -> None:
    with calling(lambda asked: refusal("no_grant")) as (client, running), pytest.raises(Refused):
        client.call(*ASK)
    assert len(running.asked) == 1
    assert "519901" not in running.asked[0].target + str(running.asked[0].headers)


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://x/r1", "http://x?a=1", "http://me:it@x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an http address"):
        Client(url, "a", KEY)


@pytest.mark.parametrize("case", ["1\r\nx-road-client: other", "案件"])
def test_a_header_that_cannot_be_sent_is_refused_before_anything_is(case: str) -> None:
    with (
        calling(lambda asked: asked.answer(FOUND)) as (client, running),
        pytest.raises(ValueError, match="x-road-issue"),
    ):
        client.call(SERVICE, "1", ["name"], "handling", case)
    assert running.asked == []


def test_a_lost_connection_is_tried_once_more_with_the_same_bytes() -> None:
    with calling(lambda asked: asked.answer(FOUND)) as (client, running):
        running.lose = 1
        assert client.call(*ASK).data == FOUND["data"]
    first, second = running.asked
    assert (first.headers, first.body) == (second.headers, second.body)


def test_a_call_that_arrived_before_its_connection_was_lost_is_never_done_twice() -> None:
    with calling(lambda asked: refusal("replayed", "Client.InvalidSignature")) as (client, running):
        running.lose = 1
        with pytest.raises(Unreachable) as caught:
            client.call(*ASK)
        assert caught.value.code == "answer_lost"
        with pytest.raises(Refused, match="replayed"):
            client.call(*ASK)
        running.lose = 2
        with pytest.raises(Unreachable) as caught:
            client.call(*ASK)
        assert caught.value.code == "connection_lost"


def test_an_ended_session_is_opened_again_once() -> None:
    def answer(asked: Asked) -> Reply:
        return asked.answer(FOUND) if asked.headers["signature-input"].count("/2") else refusal("signature_refused")

    with calling(answer) as (client, running):
        assert client.call(*ASK).found
        assert (len(running.asked), running.sessions) == (2, 2)
        client.call(*ASK)
        assert running.sessions == 2


def test_threads_share_one_session() -> None:
    with calling(lambda asked: asked.answer(FOUND)) as (client, running):
        threads = [threading.Thread(target=client.call, args=ASK) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (running.sessions, len(running.asked)) == (1, 8)


def test_yes_or_no_for_each_field() -> None:
    with calling(lambda asked: asked.answer({"data": {"name": True, "sex": False}})) as (client, running):
        told = client.verify(SERVICE, "519901", {"name": "甲", "sex": "1"}, "verification", case="1")
    assert (told["name"], told["sex"], told["other"], told.all, told.found) == (True, False, False, False, True)
    assert json.loads(running.asked[0].body)["verify"] == {"name": "甲", "sex": "1"}
    with calling(lambda asked: asked.answer({"data": None}, status=404)) as (client, running), client:
        told = client.verify(SERVICE, "519901", {"born": date(1990, 1, 1)}, "verification")
        assert json.loads(running.asked[0].body)["verify"] == {"born": "1990-01-01"}
        with pytest.raises(TypeError):
            client.verify(SERVICE, "519901", {"born": object()}, "verification")
    assert (told.found, told.all) == (False, False)


def test_a_batch_answers_in_order_and_each_for_itself() -> None:
    parts = [FOUND, {"data": None}, {"refusal": "quota_used"}, {"refusal": {"code": "no_grant", "message": "没有"}}]
    with calling(lambda asked: asked.answer({"answers": parts})) as (client, _):
        one, two, three, four = client.batch(SERVICE, ["1", "2", "3", "4"], ["name"], "handling", case="1")
        with pytest.raises(Unreachable, match="as many parts"):
            client.batch(SERVICE, ["1"], ["name"], "handling", case="1")
        with pytest.raises(ValueError, match="1 to 100"):
            client.batch(SERVICE, [], ["name"], "handling")
    assert not isinstance(one, Refused)
    assert one.data["name"] == "试验人"
    assert not isinstance(two, Refused)
    assert not two.found
    assert [part.code for part in (three, four) if isinstance(part, Refused)] == ["quota_used", "no_grant"]


def test_a_departments_own_service_answers_what_it_likes_and_streams() -> None:
    content = bytes(300_000)
    reply: Callable[[Asked], Reply] = lambda asked: asked.answer(content, status=409, content_type="x/y")  # noqa: E731
    with calling(reply) as (client, running):
        with client.request("put", SERVICE, "/a/%E4%BA%BA", query="q=1", body=b"{}", purpose="handling") as streamed:
            assert (streamed.status, streamed.headers["content-type"]) == (409, "x/y")
            assert b"".join(streamed.pieces()) == content
        assert running.asked[0].target == f"/r1/{SERVICE}/a/%E4%BA%BA?q=1"
        with client.request("GET", SERVICE) as streamed:
            pass  # unread: its connection is not used again
        assert client._connections._idle == []
    with (
        calling(lambda asked: refusal("no_grant")) as (client, _),
        pytest.raises(Refused, match="no_grant"),
        client.request("GET", SERVICE),
    ):
        raise AssertionError("a refusal is no answer")


def test_a_body_that_ends_early_or_never_ends_is_told() -> None:
    with calling(lambda asked: asked.answer(b"abc", content_length="9")) as (client, _):
        with client.request("GET", SERVICE, timeout=0.3) as streamed, pytest.raises(Unreachable) as caught:
            streamed.read()
        assert caught.value.code == "timed_out"
    with calling(lambda asked: asked.answer(b"abcdef")) as (client, _), client.request("GET", SERVICE) as streamed:
        with pytest.raises(Unreachable) as caught:
            streamed.read(limit=3)
        assert caught.value.code == "answer_too_large"


def test_a_receipt_that_does_not_hold_spoils_the_answer() -> None:
    with calling(lambda asked: asked.answer(FOUND), gateway_keys=LEDGER_KEYS) as (client, _):
        assert client.call(*ASK).found
    spoilt: list[Callable[[Asked], Reply]] = [
        lambda asked: asked.answer(FOUND, entries=4),
        lambda asked: asked.answer(FOUND, x_shudao_ledger="other:1"),
        lambda asked: asked.answer(FOUND, x_shudao_receipt="x"),
        lambda asked: asked.answer(FOUND, x_shudao_receipt="seg:9:ab:7:ledger-1:AAAA"),
        lambda asked: asked.answer(FOUND, x_shudao_receipt="seg:9:ab:7:unknown:AAAA"),
    ]
    for answer in spoilt:
        with calling(answer, gateway_keys=LEDGER_KEYS) as (client, _), pytest.raises(Untrusted) as caught:
            client.call(*ASK)
        assert caught.value.code == "receipt_refused"


def test_another_requests_answer_is_not_believed() -> None:
    with (
        calling(lambda asked: asked.answer(FOUND, x_road_request_hash="AAAA")) as (client, _),
        pytest.raises(Untrusted) as caught,
    ):
        client.call(*ASK)
    assert caught.value.code == "other_request"


def test_another_key_signs_from_the_next_call_on() -> None:
    with calling(lambda asked: asked.answer(FOUND)) as (client, running):
        client.call(*ASK)
        client.use(KEY)
        client.call(*ASK)
        assert running.sessions == 2
