"""What can be waited for: every state by a word, groups of them, merged and gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.session.session import Evidence, Session, SessionState
from parallel_tui.model.state.condition import CONDITIONS, STATES, conditions, met


def at(state: SessionState) -> Session:
    """A session in a state."""
    return Session("k", "n", None, (), Evidence(state, "hook", ""))


@pytest.mark.parametrize("state", [*STATES.values()])
def test_every_state_can_be_waited_for(state: SessionState) -> None:
    word = state.value.replace(" ", "-")
    assert met(at(state), conditions([word])) == word
    assert met(None, conditions([word])) is None


def test_groups_merged_and_gone() -> None:
    assert met(at(SessionState.WAITING), ["needs-you"]) == "needs-you"
    assert met(at(SessionState.IDLE), ["needs-you"]) is None
    assert met(at(SessionState.IDLE), ["stopped"]) == "stopped"
    assert met(at(SessionState.WORKING), ["stopped"]) is None
    assert met(at(SessionState.WORKING), ["merged"], merged=True) == "merged"
    assert met(at(SessionState.WORKING), ["merged"]) is None
    assert met(None, ["gone", "idle"]) == "gone"


def test_commas_and_typos() -> None:
    assert conditions(["idle, waiting", "gone"]) == {"idle", "waiting", "gone"}
    with pytest.raises(UsageError) as error:
        conditions(["wating"])
    assert "'waiting'" in error.value.hint
    with pytest.raises(UsageError):
        conditions([""])


@given(st.sampled_from(SessionState), st.sets(st.sampled_from(CONDITIONS)))
def test_what_holds_was_asked_for(state: SessionState, wanted: set[str]) -> None:
    found = met(at(state), wanted)
    assert (found is None) or found in wanted
    assert (met(at(state), [*STATES]) is None) is (state is SessionState.UNKNOWN)
