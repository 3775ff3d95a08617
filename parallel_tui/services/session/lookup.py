"""Find the session that a name, a key or a directory refers to, from a fresh read."""

from __future__ import annotations

from parallel_tui.errors import MuxError, UsageError
from parallel_tui.model.session.join import inside, join
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.window.window import Window
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.mux import Mux


@dataclass(frozen=True, slots=True)
class Sessions:
    """Finds sessions by reading git and the multiplexer now, never from an old snapshot.

    Attributes:
        git: Where worktrees are read.
        mux: Where windows are read.
    """

    git: GitReader
    mux: Mux

    def all(self, *, windows_matter: bool = False) -> tuple[Joined, ...]:
        """Every session.

        Args:
            windows_matter: Whether sessions without their windows would be a wrong answer. If
                not, a multiplexer that cannot be read leaves them without.

        Raises:
            MuxError: When windows matter and cannot be read, although the multiplexer is there.
                Where it is not, there can be no windows of it.
        """
        windows = self.windows(windows_matter=windows_matter)
        return join(self.git.repository, self.git.worktrees(), windows)

    def windows(self, *, windows_matter: bool = False) -> tuple[Window, ...]:
        """Every window of the multiplexer.

        Args:
            windows_matter: As for `all`.

        Raises:
            MuxError: As for `all`.
        """
        try:
            return self.mux.listing().windows
        except MuxError:
            if windows_matter and self._has_mux():
                raise
            return ()

    def elsewhere(self, session: Joined) -> tuple[str, tuple[Window, ...]]:
        """A session's windows on another server than the one in use.

        Starts no process where no other server has windows of this repository.

        Returns:
            That server's socket and the windows; no windows where there are none.

        Raises:
            MuxError: When such a server runs and cannot be asked.
        """
        for socket, windows in self.mux.elsewhere().items():
            for other in join(self.git.repository, self.git.worktrees(), windows):
                if other.key == session.key and other.windows:
                    return socket, other.windows
        return "", ()

    def _has_mux(self) -> bool:
        try:
            self.mux.check()
        except MuxError:
            return False
        return True

    def worktree(self, wanted: str) -> Joined:
        """The session with this name or key, for whoever asks about its worktree alone.

        Windows are looked for only where no worktree has the name.

        Raises:
            UsageError: As for `find`.
        """
        for session in join(self.git.repository, self.git.worktrees(), ()):
            if wanted in (session.key, session.name):
                return session
        return self.find(wanted)

    def find(self, wanted: str, *, windows_matter: bool = False) -> Joined:
        """The session with this name or key.

        Args:
            wanted: Name or key.
            windows_matter: As for `all`.

        Raises:
            UsageError: When there is none; the hint names the nearest.
            MuxError: As for `all`.
        """
        return named(self.all(windows_matter=windows_matter), wanted)

    def standing_in(self, directory: str) -> Joined | None:
        """The session whose worktree holds a directory; the deepest where they are nested.

        Its windows are not looked for: they are not what makes it stand there.
        """
        homes = [
            session
            for session in join(self.git.repository, self.git.worktrees(), ())
            if session.worktree and inside(directory, session.worktree.path)
        ]
        return max(homes, key=lambda s: len(s.worktree.path if s.worktree else ""), default=None)


def named(sessions: Sequence[Joined], wanted: str) -> Joined:
    """The session with this name or key among some sessions.

    Raises:
        UsageError: When there is none; the hint names the nearest.
    """
    for session in sessions:
        if wanted in (session.key, session.name):
            return session

    names = [session.name for session in sessions]
    from difflib import get_close_matches

    near = get_close_matches(wanted, names, n=1)
    raise UsageError(
        f"There is no session named {wanted!r}",
        hint=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}.",
    )
