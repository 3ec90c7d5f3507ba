"""What the rooms have registered: handlers of events and scheduled functions, found again by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shudao.foundation.outbox.events import Event

Handler = Callable[..., None]
OWN_TRANSACTIONS = "_outbox_own_transactions"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A function that runs once in every slot of `seconds`, counted from the epoch."""

    name: str
    seconds: int
    function: Callable[[], Any]


_handlers: dict[str, dict[str, Handler]] = {}
_schedules: dict[str, Schedule] = {}


def path_of(function: Callable[..., Any]) -> str:
    """Return "module.qualname", the name under which a function is kept in a job's row."""
    return f"{function.__module__}.{function.__qualname__}"


def add_handler(event: type[Event], function: Handler) -> None:
    """Let `function` hear events of the class; a module loaded again replaces its own."""
    _handlers.setdefault(event.NAME, {})[path_of(function)] = function


def handlers_of(name: str) -> dict[str, Handler]:
    """Return the handlers of the event called `name`, by path; none is no fault."""
    return dict(_handlers.get(name, {}))


def handler(name: str, path: str) -> Handler:
    """Return one handler. Raises LookupError where nothing loaded registers it any more."""
    try:
        return _handlers[name][path]
    except KeyError:
        raise LookupError(f"no handler {path} of {name}") from None


def add_schedule(schedule: Schedule) -> None:
    """Add a schedule. Raises ValueError below one second, or where another function has the name."""
    if schedule.seconds < 1:
        raise ValueError("a schedule's slot lasts at least one second")
    known = _schedules.get(schedule.name)
    if known is not None and path_of(known.function) != path_of(schedule.function):
        raise ValueError(f"two schedules are called {schedule.name}")
    _schedules[schedule.name] = schedule


def schedules() -> tuple[Schedule, ...]:
    """Return every schedule, in the order of registration."""
    return tuple(_schedules.values())


def schedule(name: str) -> Schedule:
    """Return one schedule. Raises LookupError where nothing loaded registers it any more."""
    try:
        return _schedules[name]
    except KeyError:
        raise LookupError(f"no schedule is called {name}") from None


def own_transactions(function: Callable[..., Any]) -> bool:
    """Return whether the function opens its own transactions instead of running inside the job's."""
    return bool(getattr(function, OWN_TRANSACTIONS, False))
