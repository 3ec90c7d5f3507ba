"""The client for asyncio answers, refuses and fails as the other one does."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from shudao.client.asynchronous import AsyncClient
from shudao.client.errors import Refused, Unreachable, Untrusted
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
Do = Callable[[AsyncClient, Gateway], Awaitable[None]]


def alone(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run it in a thread: where a browser was driven before, the thread of the tests has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def calling(answer: Callable[[Asked], Reply | None], do: Do, **options: object) -> None:
    async def run(running: Gateway) -> None:
        async with AsyncClient(running.url, CLIENT, KEY, **({"timeout": 1.0} | options)) as client:
            await do(client, running)

    with gateway(answer) as running:
        alone(run(running))


def test_many_calls_at_once_share_one_session() -> None:
    async def do(client: AsyncClient, running: Gateway) -> None:
        found = await asyncio.gather(*(client.call(*ASK) for _ in range(20)))
        assert all(one.data["name"] == "试验人" for one in found)
        assert running.sessions == 1

    calling(lambda asked: asked.answer(FOUND), do, connections=4, gateway_keys=LEDGER_KEYS)


def test_yes_or_no_and_batches() -> None:
    async def verify(client: AsyncClient, _: Gateway) -> None:
        assert (await client.verify(SERVICE, "1", {"name": "甲"}, "verification"))["name"]

    async def batch(client: AsyncClient, _: Gateway) -> None:
        one, two = await client.batch(SERVICE, ["1", "2"], ["name"], "handling")
        assert not isinstance(one, Refused)
        assert isinstance(two, Refused)
        with pytest.raises(ValueError, match="1 to 100"):
            await client.batch(SERVICE, ["1"] * 101, ["name"], "handling")

    calling(lambda asked: asked.answer({"data": {"name": True}}), verify)
    calling(lambda asked: asked.answer({"answers": [FOUND, {"refusal": "quota_used"}]}), batch)


def test_a_departments_own_service_streams() -> None:
    content = bytes(400_000)

    async def do(client: AsyncClient, running: Gateway) -> None:
        async with client.request("post", SERVICE, "/%2Fa", query="q=%20", body=b"{}") as streamed:
            assert (streamed.status, await streamed.read()) == (201, content)
        assert running.asked[0].target == f"/r1/{SERVICE}/%2Fa?q=%20"
        async with client.request("GET", SERVICE) as streamed:
            with pytest.raises(Unreachable, match="too large"):
                await streamed.read(limit=10)

    calling(lambda asked: asked.answer(content, status=201), do)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (lambda asked: refusal("no_grant"), Refused, "no_grant"),
        (lambda asked: asked.answer(FOUND, x_road_request_hash="AAAA"), Untrusted, "other_request"),
        (lambda asked: asked.answer(FOUND, x_shudao_receipt="x"), Untrusted, "receipt_refused"),
        (lambda asked: (200, {}, b"<html>"), Unreachable, "not_the_gateway"),
        (lambda asked: None, Unreachable, "connection_lost"),
        (lambda asked: asked.answer(b"{", content_length="9"), Unreachable, "timed_out"),
    ],
)
def test_every_failure_has_its_class_and_code(
    answer: Callable[[Asked], Reply | None], kind: type[Exception], code: str
) -> None:
    async def do(client: AsyncClient, _: Gateway) -> None:
        with pytest.raises(kind) as caught:
            await client.call(*ASK)
        assert caught.value.code == code  # type: ignore[attr-defined]

    calling(answer, do, gateway_keys=LEDGER_KEYS)


def test_a_call_that_arrived_before_its_connection_was_lost_is_never_done_twice() -> None:
    async def do(client: AsyncClient, running: Gateway) -> None:
        running.lose = 1
        with pytest.raises(Unreachable) as caught:
            await client.call(*ASK)
        assert caught.value.code == "answer_lost"
        first, second = running.asked
        assert first == second

    calling(lambda asked: refusal("replayed", "Client.InvalidSignature"), do)


def test_an_ended_session_is_opened_again_once() -> None:
    def answer(asked: Asked) -> Reply:
        return asked.answer(FOUND) if asked.headers["signature-input"].count("/2") else refusal("signature_refused")

    async def do(client: AsyncClient, running: Gateway) -> None:
        assert (await client.call(*ASK)).found
        assert (len(running.asked), running.sessions) == (2, 2)

    calling(answer, do)


def test_nobody_and_silence_are_told_in_time() -> None:
    async def call(url: str) -> str:
        async with AsyncClient(url, CLIENT, KEY, timeout=0.4) as client:
            with pytest.raises(Unreachable) as caught:
                await client.call(*ASK)
            return caught.value.code

    started = time.monotonic()
    with nobody() as url:
        assert alone(call(url)) == "not_connected"
    with silence() as url:
        assert alone(call(url)) == "timed_out"
    assert time.monotonic() - started < 2


def test_a_time_limit_of_the_callers_own_stays_its_own() -> None:
    async def do(client: AsyncClient, _: Gateway) -> None:
        with pytest.raises(TimeoutError):
            async with client.request("GET", SERVICE):
                raise TimeoutError

    calling(lambda asked: asked.answer(b""), do)


def test_who_calls_without_asyncio_needs_no_aiohttp() -> None:
    program = "import sys, shudao.client.calls, shudao.client.keys\nprint('aiohttp' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
