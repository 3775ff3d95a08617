"""Fetch base from its remote."""

from __future__ import annotations

from collections.abc import Callable

from parallel_tui.errors import CouldNotLookError, GitError
from parallel_tui.model.session.upstream import Upstream
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.sync import SyncPreview
from parallel_tui.record import dataclass

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches the one remote branch that base follows.

    Attributes:
        git: Questions to git.
        look: Knows where base comes from, and fetches.
        base: Configured base.
    """

    git: GitReader
    look: SyncPreview
    base: str | None

    def fetch(self, tell: Tell = lambda line: None) -> str:
        """Fetch from the remote and report what came; having no remote is no error.

        Args:
            tell: Given each line of git's progress.

        Raises:
            CouldNotLookError: When the remote could not be asked.
        """
        base = self.git.base(self.base)
        upstream = self.look.upstream(base)
        if upstream is None:
            return no_remote(base.name)
        try:
            return self.fetch_from(upstream, tell)
        except GitError as error:
            raise CouldNotLookError(
                f"{upstream.remote} could not be asked: {error.message}"
            ) from error

    def fetch_from(self, upstream: Upstream, tell: Tell) -> str:
        """Fetch one branch and report it.

        Raises:
            GitError: When the remote could not be asked.
        """
        self.look.fetch(upstream, tell)
        return f"fetched {upstream.name}"


def no_remote(base: str) -> str:
    """Why nothing was fetched for a base without a remote."""
    return f"{base} has no remote; nothing was fetched"
