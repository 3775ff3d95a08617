"""Requests to start a session, and the plan that each one becomes."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from parallel_tui.model.settings.config import Kind, Layout, Origin
from parallel_tui.record import dataclass

BEING_MADE: Final = "being made, "
"""How the reason of the lock begins that a worktree has while it is made."""


class BranchSource(StrEnum):
    """Origin of a new session's branch."""

    NEW = "new"
    EXISTING = "existing"
    REMOTE = "remote"


def names_in(*lists: str) -> tuple[str, ...]:
    """The names in lists separated by commas, each once."""
    names = [name.strip() for some in lists for name in some.split(",")]
    return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class SpawnRequest:
    """A request, as typed.

    Attributes:
        name: Free text; becomes the session's name.
        kind: Decides the prefix of a new branch.
        base: Where a new branch starts; `None` for the repository's base.
        base_commit: The commit of base where it starts; `None` for the newest.
        source: Whether the branch is new, local, or follows a remote one.
        branch: For an existing branch its short name, for a remote one `remote/branch`;
            for a new one a full name that replaces prefix + slug; `None` to derive it.
        agent: Agent command; `None` for the configured one, empty for a plain shell.
        agent_origin: Where `agent` came from. A text that began as the configured one and was
            edited keeps the origin of that: only part of it was typed.
        prompt: First prompt for the agent; may have several lines.
        layout: Window layout; `None` for the configured one.
        inline: A layout that has no name; it comes before `layout`.
        layout_origin: Where `layout` or `inline` came from.
        window: Whether to open a window at all.
        after: Sessions that it is to land after, by name or key.
        expected: Fingerprint of the plan that was shown; empty to take it as it comes.
    """

    name: str
    kind: Kind = Kind.FEATURE
    base: str | None = None
    source: BranchSource = BranchSource.NEW
    branch: str | None = None
    agent: str | None = None
    agent_origin: Origin = Origin.TYPED
    prompt: str = ""
    layout: str | None = None
    inline: Layout | None = None
    layout_origin: Origin = Origin.TYPED
    window: bool = True
    after: tuple[str, ...] = ()
    base_commit: str | None = None
    expected: str = ""


@dataclass(frozen=True, slots=True)
class SpawnPlan:
    """The plan of a start: shown while typing, and then carried out.

    Attributes:
        name: The session's name, also its window's.
        branch: Short name of the local branch.
        directory: Absolute path of the worktree.
        window: Name of the window; `None` when none is opened.
        changes: What sanitising did to the name, in words.
        start: Short description of where the branch starts (`main`, `origin/x`, `existing branch`).
        warnings: Things worth knowing that do not stop it (session limit, dirty main worktree).
        after: Names of the sessions that it lands after.
        commit: Object id that the branch stands at when the worktree is made.
        fingerprint: Tells whether another plan would make the same.
    """

    name: str
    branch: str
    directory: str
    window: str | None
    changes: tuple[str, ...] = ()
    start: str = ""
    warnings: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    commit: str = ""
    fingerprint: str = ""


def fingerprint_of(plan: SpawnPlan) -> str:
    """Tells whether another plan would make the same: names, places, and where it starts."""
    import hashlib

    from parallel_tui.model.text import strict_json

    what = [plan.name, plan.branch, plan.directory, plan.window, plan.commit, *plan.after]
    return hashlib.sha256(strict_json.compact(what).encode()).hexdigest()
