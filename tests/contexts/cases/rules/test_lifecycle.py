"""The life of a case, walked at random."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shudao.contexts.cases.contracts import Action, State
from shudao.contexts.cases.rules.lifecycle import OPEN, TABLE, Standing, Who, move, open_to

EVERYBODY = frozenset(Who)
ENDED = (State.REJECTED, State.DONE)


def after(standing: Standing, action: Action) -> Standing:
    """What a taken step makes of a case, as the services do it."""
    row = move(standing, action)
    assert row is not None
    return Standing(
        state=row.end,
        asked_before=standing.asked_before or action is Action.ASK_SUPPLEMENT,
        outstanding=standing.outstanding and action is not Action.SUPPLEMENT,
        delivered=standing.delivered or action is Action.DELIVER,
    )


@settings(max_examples=100)
@given(choices=st.lists(st.integers(0, 1_000), max_size=30), outstanding=st.booleans())
def test_every_walk_keeps_what_the_law_says(choices: list[int], outstanding: bool) -> None:
    standing = Standing(State.RECEIVED, outstanding=outstanding)
    taken: list[Action] = []
    for choice in choices:
        open_ = open_to(standing, EVERYBODY)
        if not open_:
            break
        action = open_[choice % len(open_)]
        standing = after(standing, action)
        taken.append(action)
    for once in (Action.ACCEPT, Action.ASK_SUPPLEMENT, Action.DECIDE, Action.DELIVER, Action.REFUSE_ACCEPTANCE):
        assert taken.count(once) <= 1
    if Action.DECIDE in taken:
        assert taken.index(Action.ACCEPT) < taken.index(Action.DECIDE)
        assert Action.REFUSE_ACCEPTANCE not in taken
    if Action.DELIVER in taken:
        assert taken.index(Action.DECIDE) < taken.index(Action.DELIVER)
    if Action.ASK_SUPPLEMENT in taken and Action.ACCEPT in taken:
        assert taken.index(Action.ASK_SUPPLEMENT) < taken.index(Action.ACCEPT)
    assert taken.count(Action.RESUME) <= taken.count(Action.SUSPEND) <= taken.count(Action.RESUME) + 1


@given(state=st.sampled_from(State), action=st.sampled_from(Action), asked=st.booleans(), more=st.booleans())
def test_the_table_is_the_only_way(state: State, action: Action, asked: bool, more: bool) -> None:
    row = move(Standing(state, asked_before=asked, outstanding=more), action)
    assert row is None or (row.start is state and row.action is action and row in TABLE)


def test_a_pair_of_state_and_action_stands_once() -> None:
    pairs = [(row.start, row.action) for row in TABLE]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("state", sorted(OPEN))
def test_from_every_open_state_a_case_can_be_brought_to_an_end(state: State) -> None:
    reached, edge = {state}, {state}
    while edge:
        edge = {row.end for row in TABLE if row.start in edge} - reached
        reached |= edge
    assert State.DONE in reached


@pytest.mark.parametrize("state", ENDED)
def test_an_ended_case_is_decided_no_more(state: State) -> None:
    actions = set(open_to(Standing(state), EVERYBODY))
    assert actions <= {Action.DELIVER, Action.CHECK_IN}


def test_accepting_and_reviewing_are_separate() -> None:
    received, accepted = Standing(State.RECEIVED), Standing(State.ACCEPTED)
    assert Action.ACCEPT not in open_to(received, frozenset({Who.REVIEWER}))
    assert Action.DECIDE not in open_to(accepted, frozenset({Who.FRONT}))


def test_an_applicant_only_hands_in_what_was_asked() -> None:
    applicant = frozenset({Who.APPLICANT})
    for state in State:
        assert open_to(Standing(state), applicant) == ((Action.SUPPLEMENT,) if state is State.SUPPLEMENT else ())
    assert open_to(Standing(State.ACCEPTED, outstanding=True), applicant) == (Action.SUPPLEMENT,)
