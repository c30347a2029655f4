"""The table of states, and what a request has become once each item has its outcome."""

from collections import Counter
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.lifecycle import (
    OPEN,
    READY,
    REVERSIBLE_END,
    TERMINAL,
    TRANSITIONS,
    Outcome,
    State,
    may_follow,
    roll_up,
)

ENDS = {
    State.SUCCEEDED,
    State.PARTIAL,
    State.FAILED,
    State.DRIFTED,
    State.UNKNOWN,
    State.STOPPED,
    State.DENIED,
    State.EXPIRED,
    State.CANCELLED,
}
DONE = {Outcome.VERIFIED, Outcome.ALREADY}
MULTISETS = [chosen for size in range(1, 4) for chosen in combinations_with_replacement(list(Outcome), size)]


@given(st.lists(st.sampled_from(State), min_size=1, max_size=40))
def test_a_random_walk_never_leaves_the_table(wishes: list[State]) -> None:
    state, seen = State.PENDING, [State.PENDING]
    for wish in wishes:
        if may_follow(state, wish):
            assert state not in TERMINAL
            state = wish
            seen.append(state)
    assert set(seen[:-1]) <= OPEN
    assert state in TERMINAL or TRANSITIONS[state]


@pytest.mark.parametrize("state", State)
def test_a_state_is_open_or_it_is_an_end_and_nothing_follows_an_end(state: State) -> None:
    assert (state in OPEN) != (state in TERMINAL)
    if state in TERMINAL:
        assert not any(may_follow(state, following) for following in State)
    assert (state in TERMINAL) == (state in ENDS)


def test_every_state_can_be_reached_from_pending() -> None:
    reached, edge = {State.PENDING}, [State.PENDING]
    while edge:
        following = TRANSITIONS.get(edge.pop(), frozenset()) - reached
        reached |= following
        edge += following
    assert reached == set(State)


def test_nothing_is_decided_twice_and_nothing_begins_unapproved() -> None:
    assert not may_follow(State.PENDING, State.EXECUTING)
    assert not may_follow(State.DENIED, State.APPROVED)
    assert not may_follow(State.APPROVED, State.DENIED)
    assert not may_follow(State.EXECUTING, State.CANCELLED)
    assert {state for state in State if may_follow(state, State.EXECUTING)} == {*READY, State.PAUSED}


def test_only_ends_in_which_something_may_have_taken_effect_can_be_undone() -> None:
    untouched = {State.DENIED, State.EXPIRED, State.CANCELLED, State.FAILED, State.DRIFTED}
    assert TERMINAL - untouched == REVERSIBLE_END
    for outcomes in MULTISETS:
        if Outcome.VERIFIED in outcomes and Outcome.ACCEPTED not in outcomes:
            assert roll_up(outcomes) in REVERSIBLE_END


@pytest.mark.parametrize("outcomes", MULTISETS, ids="-".join)
def test_the_roll_up_of_every_multiset_is_what_its_docstring_says(outcomes: tuple[Outcome, ...]) -> None:
    tally = Counter(outcomes)
    effects = sum(tally[outcome] for outcome in DONE)
    if tally[Outcome.ACCEPTED]:
        expected = State.VERIFYING
    elif effects == len(outcomes):
        expected = State.SUCCEEDED
    elif tally[Outcome.DRIFTED] == len(outcomes):
        expected = State.DRIFTED
    elif tally[Outcome.SKIPPED] == len(outcomes):
        expected = State.STOPPED
    elif tally[Outcome.UNKNOWN]:
        expected = State.UNKNOWN
    elif effects:
        expected = State.PARTIAL
    else:
        expected = State.FAILED
    assert roll_up(outcomes) is expected


@given(st.lists(st.sampled_from(Outcome), min_size=1))
def test_neither_order_nor_repetition_changes_the_roll_up(outcomes: list[Outcome]) -> None:
    assert roll_up(outcomes) is roll_up(reversed(outcomes)) is roll_up(outcomes * 2)


@given(st.lists(st.sampled_from(sorted(set(Outcome) - {Outcome.ACCEPTED})), min_size=1))
def test_a_request_whose_items_are_settled_can_always_end_so(outcomes: list[Outcome]) -> None:
    for state in (State.EXECUTING, State.VERIFYING):
        assert may_follow(state, roll_up(outcomes))
