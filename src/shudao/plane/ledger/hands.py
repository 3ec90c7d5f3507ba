"""The same function over many pieces, in order: here, or by several processes when there is much to do."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import TypeVar

P = TypeVar("P")
R = TypeVar("R")
_AHEAD = 2  # pieces handed to each process before the first answer is waited for: memory stays bounded


def here() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


class Hands:
    """`each` gives a function's results in the pieces' order. With one process everything is done in this one."""

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Hands:
        if self._processes > 1:
            # A forked child of a process with threads can inherit a held lock: a fork server has none.
            context = multiprocessing.get_context("forkserver")
            self._pool = ProcessPoolExecutor(self._processes, mp_context=context)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def each(self, do: Callable[[P], R], pieces: Iterable[P]) -> Iterator[R]:
        """Yield `do(piece)` for every piece, in order."""
        if self._pool is None:
            yield from map(do, pieces)
            return
        waiting: deque[Future[R]] = deque()
        for piece in pieces:
            waiting.append(self._pool.submit(do, piece))
            if len(waiting) > self._processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
