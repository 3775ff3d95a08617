"""Where agents' hooks can be installed, and what was found there."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


class HookScope(StrEnum):
    """Whose settings are meant."""

    SESSION = "session"
    """Sessions that this program starts: their settings are given on the command line."""
    LOCAL = "local"
    """The main checkout's own settings, which hold in every worktree and are not committed."""
    PROJECT = "project"
    """The settings that are committed in the worktree."""
    USER = "user"
    """The person's own settings, for every repository."""


class HookFound(StrEnum):
    """What stands in some settings."""

    INSTALLED = "installed"
    STALE = "stale"
    """Of another place or version than ours: reinstalling mends it."""
    ABSENT = "not installed"
    UNREADABLE = "cannot be read"


AGENT_SCOPES: Final = {
    "claude": (HookScope.SESSION, HookScope.LOCAL, HookScope.PROJECT, HookScope.USER),
    "codex": (HookScope.PROJECT, HookScope.USER),
    "gemini": (HookScope.PROJECT, HookScope.USER),
}
"""Scopes that each agent has."""


@dataclass(frozen=True, slots=True)
class HookStatus:
    """The hook in one file of settings.

    Attributes:
        agent: Whose; `git` for git's own hook.
        scope: Which settings.
        path: The file.
        found: What stands there.
        why: More about that, in a few words; empty where there is nothing to say.
        trusted: Whether the agent runs it, in words; empty where that is not known.
        heard: When an agent of this kind last told anything, epoch seconds; `None` for never.
    """

    agent: str
    scope: str
    path: str
    found: HookFound
    why: str = ""
    trusted: str = ""
    heard: float | None = None


@dataclass(frozen=True, slots=True)
class HookTrouble:
    """Something that went wrong in the hook.

    Attributes:
        session: Of which session.
        when: Epoch seconds.
        what: In one sentence each.
        count: How often there was something.
    """

    session: str
    when: float
    what: tuple[str, ...]
    count: int = 1


@dataclass(frozen=True, slots=True)
class HookRecord:
    """What an installation has to remember to be taken back exactly.

    Attributes:
        path: The file of settings.
        existed: Whether it was there before.
        after: Digest of what the installation left.
        added: What was inserted.
        folders: Folders that were made for it, the deepest first.
    """

    path: str
    existed: bool
    after: str
    added: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
