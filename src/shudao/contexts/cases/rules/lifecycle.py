"""
The life of a case as one table: what may be done in which state, by whom, and where it leads.

States are the national status codes themselves (`contracts.State`); returned "13" is kept for cases that other systems
report, no action of this table leads there. The law lets a supplement be asked before acceptance only, once
(行政许可法 art. 32); after it only the special procedures of art. 45 stop the clocks: suspended "11".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shudao.contexts.cases.contracts import Action, State


class Who(StrEnum):
    """Who may take a step: seen from the case, not from the account."""

    APPLICANT = "applicant"
    FRONT = "front"  # a clerk where it was accepted or where it belongs
    REVIEWER = "reviewer"  # of the deciding department


@dataclass(frozen=True, slots=True)
class Move:
    """One row: in `start`, `action` by any of `who` leads to `end`."""

    start: State
    action: Action
    end: State
    who: frozenset[Who]


_FRONT = frozenset({Who.FRONT})
_REVIEWER = frozenset({Who.REVIEWER})
_OFFICERS = frozenset({Who.FRONT, Who.REVIEWER})
_GIVER = frozenset({Who.APPLICANT, Who.FRONT})

TABLE: tuple[Move, ...] = (
    Move(State.RECEIVED, Action.ACCEPT, State.ACCEPTED, _FRONT),
    Move(State.RECEIVED, Action.REFUSE_ACCEPTANCE, State.REJECTED, _FRONT),
    Move(State.RECEIVED, Action.ASK_SUPPLEMENT, State.SUPPLEMENT, _FRONT),
    Move(State.SUPPLEMENT, Action.SUPPLEMENT, State.RECEIVED, _GIVER),
    Move(State.RECEIVED, Action.SUPPLEMENT, State.RECEIVED, _GIVER),
    Move(State.ACCEPTED, Action.SUPPLEMENT, State.ACCEPTED, _GIVER),
    Move(State.IN_REVIEW, Action.SUPPLEMENT, State.IN_REVIEW, _GIVER),
    Move(State.SUSPENDED, Action.SUPPLEMENT, State.SUSPENDED, _GIVER),
    Move(State.ACCEPTED, Action.REVIEW, State.IN_REVIEW, _REVIEWER),
    Move(State.IN_REVIEW, Action.REVIEW, State.IN_REVIEW, _REVIEWER),
    Move(State.ACCEPTED, Action.SUSPEND, State.SUSPENDED, _REVIEWER),
    Move(State.IN_REVIEW, Action.SUSPEND, State.SUSPENDED, _REVIEWER),
    Move(State.SUSPENDED, Action.RESUME, State.IN_REVIEW, _REVIEWER),
    Move(State.ACCEPTED, Action.DECIDE, State.DONE, _REVIEWER),
    Move(State.IN_REVIEW, Action.DECIDE, State.DONE, _REVIEWER),
    Move(State.DONE, Action.DELIVER, State.DONE, _OFFICERS),
    Move(State.RECEIVED, Action.CHECK_IN, State.RECEIVED, _OFFICERS),
    Move(State.ACCEPTED, Action.CHECK_IN, State.ACCEPTED, _OFFICERS),
    Move(State.SUPPLEMENT, Action.CHECK_IN, State.SUPPLEMENT, _OFFICERS),
    Move(State.IN_REVIEW, Action.CHECK_IN, State.IN_REVIEW, _OFFICERS),
    Move(State.SUSPENDED, Action.CHECK_IN, State.SUSPENDED, _OFFICERS),
    Move(State.DONE, Action.CHECK_IN, State.DONE, _OFFICERS),
)

OPEN: frozenset[State] = frozenset({State.RECEIVED, State.ACCEPTED, State.SUPPLEMENT, State.IN_REVIEW, State.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a case decides which steps are open. `outstanding`: a material that may follow has not come yet."""

    state: State
    asked_before: bool = False
    outstanding: bool = False
    delivered: bool = False


def move(standing: Standing, action: Action) -> Move | None:
    """
    Return the table's row for an action, or None where the case does not allow it.

    Three limits stand beside the table: one supplement notice a case, one delivery a case, and nothing is handed in
    unasked.

    Source:
        facts/standards-and-sichuan.md §1.3 (case status), §1.6 (tell everything once);
        proved by tests/contexts/cases/rules/test_lifecycle.py
    """
    barred = {
        Action.ASK_SUPPLEMENT: standing.asked_before,
        Action.DELIVER: standing.delivered,
        Action.SUPPLEMENT: standing.state is not State.SUPPLEMENT and not standing.outstanding,
    }
    if barred.get(action, False):
        return None
    return next((row for row in TABLE if row.start is standing.state and row.action is action), None)


def open_to(standing: Standing, who: frozenset[Who]) -> tuple[Action, ...]:
    """Return the actions that somebody who is all of `who` may take now, in the order of `Action`."""
    found = (move(standing, action) for action in Action)
    return tuple(row.action for row in found if row is not None and row.who & who)
