"""The base of every event of the house, and how one is found again by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

_CLASSES: dict[str, type[Event]] = {}


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something that happened. Subclasses are frozen dataclasses with slots, a `NAME` ("cases.accepted"), and fields that
    hold codes and ids only: who needs more asks the room that emitted it.
    """

    NAME: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        _register(cls)


def _register(cls: type[Event]) -> None:
    if not cls.NAME:
        raise TypeError(f"{cls.__qualname__} needs a NAME")
    known = _CLASSES.get(cls.NAME)
    # slots=True makes the dataclass twice, so the same class comes by again
    if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise TypeError(f"two events are called {cls.NAME}")
    _CLASSES[cls.NAME] = cls


def named(name: str) -> type[Event]:
    """Return the event class called `name`. Raises LookupError where no loaded room declares it."""
    try:
        return _CLASSES[name]
    except KeyError:
        raise LookupError(f"no event is called {name}") from None
