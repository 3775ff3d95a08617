"""What somebody may wait for a session to come to. Pure."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.session.session import NEEDS_SOMEBODY, SessionState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.model.session.session import Session

GONE: Final = "gone"
"""There is no session of that name any more."""

MERGED: Final = "merged"
"""Its work is proved to be in base."""

STOPPED: Final = frozenset(SessionState) - {
    SessionState.STARTING,
    SessionState.WORKING,
    SessionState.QUIET,
    SessionState.UNKNOWN,
}
"""States in which nothing works in a session."""

GROUPS: Final[Mapping[str, frozenset[SessionState]]] = {
    "needs-you": NEEDS_SOMEBODY,
    "stopped": STOPPED,
}
"""Names for several states at once."""


def _word(state: SessionState) -> str:
    return state.value.replace(" ", "-")


STATES: Final[Mapping[str, SessionState]] = {
    _word(state): state for state in SessionState if state is not SessionState.UNKNOWN
}
"""States by the word for them on a command line."""

CONDITIONS: Final = (*STATES, *GROUPS, MERGED, GONE)
"""All that can be waited for."""


def conditions(given: Iterable[str]) -> frozenset[str]:
    """Conditions as they were typed: single ones, or several with commas between.

    Raises:
        UsageError: When one of them is none; the hint names the nearest.
    """
    found: set[str] = set()
    for word in (word.strip() for text in given for word in text.split(",")):
        if word not in CONDITIONS:
            from difflib import get_close_matches

            near = get_close_matches(word, CONDITIONS, n=1)
            raise UsageError(
                f"There is no state {word!r} to wait for",
                hint=f"Did you mean {near[0]!r}?" if near else f"One of: {', '.join(CONDITIONS)}.",
            )
        found.add(word)
    return frozenset(found)


def met(session: Session | None, wanted: Iterable[str], *, merged: bool = False) -> str | None:
    """The condition that holds of a session; `None` while none does.

    Args:
        session: As it is now; `None` when it is gone.
        wanted: Conditions.
        merged: Whether its work is proved to be in base.
    """
    for word in sorted(wanted):
        if word == GONE:
            holds = session is None
        elif session is None:
            holds = False
        elif word == MERGED:
            holds = merged
        elif word in GROUPS:
            holds = session.state in GROUPS[word]
        else:
            holds = session.state is STATES[word]
        if holds:
            return word
    return None
