"""What a session does, in the words of a row. Pure.

What it waits for comes first, then the task in hand, then what its agent said or does, then what it
wrote into a page of its own, then the subject of its last commit. Texts are as they came, not made
safe for a terminal.
"""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.model.session.session import SessionState
from parallel_tui.model.state.words import needs
from parallel_tui.model.text.words import branch_label
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.session.session import Session
    from parallel_tui.model.session.worktree import Worktree


class From(StrEnum):
    """Where the words about a session come from."""

    NEED = "need"
    """It waits, or cannot go on."""
    TASK = "task"
    """What it was given to do."""
    AGENT = "agent"
    """What its agent said last, or does."""
    PAGE = "page"
    """What it wrote of itself."""
    COMMIT = "commit"
    """Its last commit."""
    PLACE = "place"
    """Nothing that anybody does: where it stands."""


@dataclass(frozen=True, slots=True)
class Does:
    """What a session does.

    Attributes:
        what: In words; empty where nothing is known.
        source: Where they come from.
        place: What is unusual about where it stands: another branch than its name says, a rebase
            that is half done. Empty for most.
    """

    what: str
    source: From
    place: str = ""


_RUNS: Final = "it runs "
_ENDS: Final = frozenset({SessionState.CRASHED, SessionState.EXITED})
_RESTS: Final = frozenset(
    {SessionState.DONE, SessionState.IDLE, SessionState.QUIET, SessionState.NO_WINDOW}
)

_TOLD: Final = frozenset({SessionState.WAITING, SessionState.CRASHED})
"""States of which the evidence says more than anything else, even where it names no question."""

DASHBOARD: Final = "this dashboard"


def doing(
    session: Session, now: float, *, task: str = "", title: str = "", dashboard: bool = False
) -> Does:
    """What a session does.

    Args:
        session: Which.
        now: Epoch seconds.
        task: What it has in hand, where that is known.
        title: What its agent calls its window, where that is known.
        dashboard: Whether a dashboard is on the screen of one of its windows.
    """
    place = place_words(session)
    if needed := needs(session, now):
        return Does(needed, From.NEED, place)
    state, evidence = session.state, session.evidence
    if state is SessionState.MISSING:
        return Does("its directory is gone", From.PLACE, place)
    if dashboard and state is SessionState.IDLE:
        return Does(DASHBOARD, From.PLACE, place)
    if state in _TOLD:
        return Does(evidence.detail, From.NEED, place)
    if state in _RESTS and evidence.said:
        return Does(evidence.said, From.AGENT, place)
    if task:
        return Does(task, From.TASK, place)
    if state is SessionState.WORKING and evidence.detail.startswith(_RUNS):
        return Does(evidence.detail.removeprefix(_RUNS), From.AGENT, place)
    if title and session.agent is not None:
        return Does(title, From.AGENT, place)
    if session.page:
        return Does(session.page, From.PAGE, place)
    tree = session.worktree
    if tree is not None and tree.subject:
        return Does(tree.subject, From.COMMIT, place)
    return Does(evidence.detail if state in _ENDS else "", From.AGENT, place)


def place_words(session: Session) -> str:
    """What is unusual about where a session stands; empty for most: `on fix/login, locked`."""
    tree = session.worktree
    if tree is None:
        return "in no worktree"
    told = []
    if tree.operation is not None or tree.bare or tree.detached:
        told.append(branch_label(tree))
    elif tree.branch is not None and not names_branch(session.name, tree.branch):
        told.append(f"on {tree.branch}")
    told += _remarks(tree)
    return ", ".join(told)


def _remarks(tree: Worktree) -> list[str]:
    remarks = ["being made"] if tree.being_made else ["locked"] if tree.locked is not None else []
    if tree.prunable is not None and not tree.missing:
        remarks.append("prunable")
    return remarks


def names_branch(name: str, branch: str) -> bool:
    """Whether a session's name says which branch it is on: `auth` and `feature/auth`."""
    ends = (branch, branch.partition("/")[2], branch.rpartition("/")[2])
    return _bare(name) in {_bare(end) for end in ends if end}


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
