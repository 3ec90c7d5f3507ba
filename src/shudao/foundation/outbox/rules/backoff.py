"""How long a failed job waits, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)


def wait(attempts: int) -> timedelta | None:
    """
    Return how long to wait after `attempts` failed ones (from 1): 5 s, doubled each time, at most an hour.

    Returns:
        None after the last attempt: the job is failed and waits for an operator.
    """
    if attempts >= ATTEMPTS:
        return None
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)
