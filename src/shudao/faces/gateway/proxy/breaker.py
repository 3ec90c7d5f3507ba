"""
A circuit breaker: a service that keeps failing is left alone for a while. Pure, with the clock given.

Closed: calls go through; the fifth failure in a row opens it. Open: nothing goes through for 5 s. Then half open: one
call tries; if it fails the rest is doubled, to 60 s at most, and if it succeeds all is as before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FAILURES = 5
FIRST_REST, LONGEST_REST = 5.0, 60.0


class Resting(Exception):
    """Nothing goes through now; `seconds` until it is worth trying."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(slots=True)
class Breaker:
    """
    Of one service. Who was let in by `admit` says what came of it, once, by `succeeded`, `failed` or `abandoned`.

    A late word about a call that was let in before the last opening or closing changes nothing.
    """

    clock: Callable[[], float]
    _failures: int = 0
    _rest: float = 0.0
    _until: float = 0.0
    _trying: bool = False
    _round: int = 0

    @property
    def state(self) -> str:
        """ "closed", "open" or "half-open"."""
        if not self._rest:
            return "closed"
        return "half-open" if self._trying or self.clock() >= self._until else "open"

    @property
    def rest(self) -> float:
        """Seconds until the next try; 0 where one may go through."""
        return max(self._until - self.clock(), 0.0) if self._rest else 0.0

    def admit(self) -> int:
        """Return the ticket of a call that may go. Raises Resting."""
        if self._rest:
            if self._trying or self.clock() < self._until:
                raise Resting(max(self._until - self.clock(), 1.0))
            self._trying = True
        return self._round

    def succeeded(self, ticket: int) -> None:
        """The service answered."""
        if ticket != self._round:
            return
        self._failures = 0
        if self._rest:
            self._rest, self._trying = 0.0, False
            self._round += 1

    def failed(self, ticket: int) -> None:
        """The service did not answer, or failed."""
        if ticket != self._round:
            return
        self._failures += 1
        if self._rest or self._failures >= FAILURES:
            self._rest = min(self._rest * 2, LONGEST_REST) or FIRST_REST
            self._until = self.clock() + self._rest
            self._failures, self._trying = 0, False
            self._round += 1

    def abandoned(self, ticket: int) -> None:
        """The call ended without the service's doing: nothing is known."""
        if ticket == self._round:
            self._trying = False
