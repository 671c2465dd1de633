"""The transition table says what may follow what, and nothing is ever sent twice by following it."""

import pytest

from shared.errors import IllegalTransition
from shared.states import TRANSITIONS, State, check, ended, sources

PEOPLE = {State.CAPTCHA, State.NEEDS_ANSWER, State.QUARANTINED, State.DONE}
"""Ends that only a person undoes."""


def test_an_armed_row_never_goes_back_to_the_queue() -> None:
    with pytest.raises(IllegalTransition, match="armed to queued"):
        check(State.ARMED, State.QUEUED)


def test_an_unknown_row_never_goes_back_to_the_queue() -> None:
    assert State.QUEUED not in TRANSITIONS[State.UNKNOWN]


def test_from_armed_no_path_leads_to_a_second_click_without_a_person() -> None:
    reached, open_ = set(), [State.ARMED]
    while open_:
        state = open_.pop()
        for after in TRANSITIONS.get(state, frozenset()) - reached:
            reached.add(after)
            if after not in PEOPLE:
                open_.append(after)
    assert State.ARMED not in reached
    assert State.QUEUED not in reached


def test_what_was_sent_stays_sent() -> None:
    assert State.SENT not in TRANSITIONS


def test_sources_are_the_table_read_backwards() -> None:
    for after in State:
        assert set(sources(after)) == {before for before, afters in TRANSITIONS.items() if after in afters}


def test_every_state_but_the_working_ones_is_an_end() -> None:
    assert {state for state in State if not ended(state)} == {State.QUEUED, State.RUNNING, State.ARMED}
