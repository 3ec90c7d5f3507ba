"""Many officers press the button at once: one decision, every other is told that it came too late."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connections

from shudao.contexts.exchange import api as exchange
from shudao.contexts.exchange.contracts.refusals import AlreadyDecided
from shudao.contexts.exchange.contracts.rights import ShareRequest
from tests.contexts.exchange.conftest import officer

RIVALS = 8


@pytest.mark.django_db(transaction=True)
def test_one_of_many_simultaneous_decisions_counts(ask_for: Callable[..., ShareRequest], noon: datetime) -> None:
    number = ask_for().number
    ready = Barrier(RIVALS)

    def decide(place: int) -> str:
        ready.wait()
        try:
            decided = exchange.decide_request(
                number=number,
                grant=place % 2 == 0,
                opinion="意见",
                basis="依据",
                acting=officer("ga", f"officer-{place}"),
                now=noon,
                key=f"decide-{place}",
            )
        except AlreadyDecided:
            return "late"
        finally:
            connections.close_all()
        return decided.decided_by

    with ThreadPoolExecutor(RIVALS) as pool:
        told = Counter(pool.map(decide, range(RIVALS)))
    (winner,) = set(told) - {"late"}
    assert told["late"] == RIVALS - 1
    decided = exchange.request(number)
    assert decided.decided_by == winner
    assert len(exchange.grants()) == (decided.grant != "")
