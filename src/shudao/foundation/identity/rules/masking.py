"""What of a person's data may stand on a page without a reason. Pure."""

from __future__ import annotations


def resident_id(number: str) -> str:
    """Return a resident ID with the eleven characters between the first three and the last four starred."""
    return _middle(number, head=3, tail=4)


def phone(number: str) -> str:
    """Return a telephone number with all but the first three and the last four digits starred."""
    return _middle(number, head=3, tail=4)


def name(full: str) -> str:
    """Return a name of which only the first character shows, e.g. 王** ."""
    return full[:1] + "*" * (len(full) - 1)


def _middle(text: str, *, head: int, tail: int) -> str:
    # Short text would show itself whole: all of it is starred instead.
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]
