"""
The callers: one process with kept connections, made to cost little beside what it calls.

It does what the other end of its pipe says: ("sign", session, rows, count, seed), ("closed", port, seconds) or
("open", port, seconds, rate), each answered by one object.
"""

from __future__ import annotations

import gc
import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from shudao.contexts.exchange.management.gateway_bench import calls

CONNECTIONS = 64
_PATIENCE = 10.0  # seconds without any answer
_Times = list[float]


@dataclass(frozen=True, slots=True)
class Answered:
    """`calls` in `wall` seconds; `took`: each call's seconds, ascending."""

    calls: int
    wall: float
    took: Sequence[float]

    def at(self, share: float) -> float:
        """Return how many milliseconds that share of the calls took at most."""
        return round(self.took[min(len(self.took) - 1, int(len(self.took) * share))] * 1000, 2)


def serve(pipe: Connection, processors: Sequence[int]) -> None:
    """Work off orders until the pipe closes."""
    os.sched_setaffinity(0, processors)
    requests: list[bytes] = []
    while True:
        try:
            what, *given = pipe.recv()
        except EOFError:
            return
        if what == "sign":
            requests = list(calls.made(*given))
            gc.collect()
            gc.freeze()
            pipe.send(len(requests))
        else:
            pipe.send(_RUNS[what](requests, *given))


class _Caller:
    """One connection with at most one call under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.since = 0.0
        self._got = b""

    def call(self, request: bytes, since: float) -> None:
        self.since = since
        self.socket.send(request)

    def answered(self) -> bool:
        """Read; return whether the answer is there. Raises RuntimeError where it is none to count."""
        content = self.socket.recv(65_536)
        if not content:
            raise RuntimeError("the connection was closed")
        content = self._got + content
        head = content.find(b"\r\n\r\n")
        if head < 0:
            self._got = content
            return False
        at = content.find(b"content-length: ", 0, head)
        length = int(content[at + 16 : content.find(b"\r", at)])
        if len(content) < head + 4 + length:
            self._got = content
            return False
        if not content.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(content.decode("utf-8", "replace"))
        self._got = b""
        return True


def _closed(requests: list[bytes], port: int, seconds: float) -> Answered:
    """Call again as soon as answered, on every connection; stop after `seconds` or with the last request."""
    with _Callers(port) as callers:
        began = time.perf_counter()
        end = began + seconds
        for caller in callers.all:
            caller.call(requests.pop(), time.perf_counter())
        waiting, took = len(callers.all), []
        while waiting:
            for caller in callers.ready(_PATIENCE):
                if caller.answered():
                    instant = time.perf_counter()
                    took.append(instant - caller.since)
                    if requests and instant < end:
                        caller.call(requests.pop(), instant)
                    else:
                        waiting -= 1
        wall = time.perf_counter() - began
    return Answered(len(took), wall, sorted(took))


def _open(requests: list[bytes], port: int, seconds: float, rate: float) -> Answered:
    """
    Call at fixed instants whatever the answers do; a call that finds no free connection waits, and its wait counts.
    """
    with _Callers(port) as callers:
        free, took = list(callers.all), _Times()
        began = time.perf_counter()
        sent, wanted, answered = 0, min(len(requests), int(seconds * rate)), 0
        while answered < wanted:
            instant = time.perf_counter()
            while free and sent < wanted and began + sent / rate <= instant:
                free.pop().call(requests.pop(), began + sent / rate)
                sent += 1
            pause = began + sent / rate - instant if free and sent < wanted else _PATIENCE
            for caller in callers.ready(max(pause, 0.0), whole=sent == wanted or not free):
                if caller.answered():
                    took.append(time.perf_counter() - caller.since)
                    answered += 1
                    free.append(caller)
        wall = time.perf_counter() - began
    return Answered(answered, wall, sorted(took))


class _Callers:
    """All connections, and which have something to read."""

    def __init__(self, port: int) -> None:
        self.all = [_Caller(port) for _ in range(CONNECTIONS)]
        self._by = {caller.socket.fileno(): caller for caller in self.all}
        self._poll = select.epoll()
        for number in self._by:
            self._poll.register(number, select.EPOLLIN)

    def __enter__(self) -> _Callers:
        return self

    def __exit__(self, *_: object) -> None:
        self._poll.close()
        for caller in self.all:
            caller.socket.close()

    def ready(self, pause: float, *, whole: bool = True) -> list[_Caller]:
        """Wait for answers. Raises RuntimeError where none comes in the whole of a long pause."""
        found = [self._by[number] for number, _ in self._poll.poll(pause)]
        if not found and whole:
            raise RuntimeError(f"no answer within {_PATIENCE} s")
        return found


_RUNS: dict[str, Callable[..., Any]] = {"closed": _closed, "open": _open}
