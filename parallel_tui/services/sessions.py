"""Finding the session that a name, a key or a working directory means, from a fresh look."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches

from parallel_tui.adapters.ports import GitReader, Mux
from parallel_tui.errors import MuxError, UsageError
from parallel_tui.model.join import Joined, inside, join
from parallel_tui.model.window import Window


@dataclass(frozen=True, slots=True)
class Sessions:
    """Looks sessions up by reading git and tmux now, never from a picture that may be old.

    Attributes:
        git: Where worktrees are read.
        mux: Where windows are read.
    """

    git: GitReader
    mux: Mux

    def all(self) -> tuple[Joined, ...]:
        """Every session. A multiplexer that cannot be read leaves sessions without windows."""
        windows: tuple[Window, ...] = ()
        with suppress(MuxError):  # the verbs that need a window ask again and tell
            windows = self.mux.listing().windows
        return join(self.git.repository, self.git.worktrees(), windows)

    def find(self, wanted: str) -> Joined:
        """The session with this name or key.

        Raises:
            UsageError: When there is none; the hint names the nearest.
        """
        sessions = self.all()
        for session in sessions:
            if wanted in (session.key, session.name):
                return session
        names = [session.name for session in sessions]
        near = get_close_matches(wanted, names, n=1)
        raise UsageError(
            f"There is no session named {wanted!r}",
            hint=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}.",
        )

    def standing_in(self, directory: str) -> Joined | None:
        """The session whose worktree holds a directory; the deepest where they are nested."""
        homes = [
            session
            for session in self.all()
            if session.worktree and inside(directory, session.worktree.path)
        ]
        return max(homes, key=lambda s: len(s.worktree.path if s.worktree else ""), default=None)
