"""Neighbours of a command that is over in a moment: what was answered once serves to its end."""

from __future__ import annotations

import os

from parallel_tui.model.lazy import Later

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from typing import Any

    from parallel_tui.model.session.listing import ListedWorktree
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.sharing.own_page import OwnPage
    from parallel_tui.model.window.mux_news import MuxNews
    from parallel_tui.model.window.window import MuxListing


class OneListing(Later):
    """A multiplexer whose listing is asked for once, whatever it answers."""

    def __init__(self, make: Callable[[], Any]) -> None:
        super().__init__(make)
        self._answer: Any = None
        self._refused: Exception | None = None

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """What it listed the first time, where no screen is asked for."""
        if screens:
            shown: MuxListing = super().__getattr__("listing")(screens)
            return shown
        if self._refused is not None:
            raise self._refused
        if self._answer is None:
            try:
                self._answer = super().__getattr__("listing")()
            except Exception as error:
                self._refused = error
                raise
        found: MuxListing = self._answer
        return found


class OneLook(Later):
    """Questions to git, of which the listing is answered once: with the repository, or by files."""

    def __init__(
        self,
        make: Callable[[], Any],
        repository: Repository,
        listed: tuple[ListedWorktree, ...] | None,
    ) -> None:
        super().__init__(make)
        self.repository = repository
        self._listed = listed
        self._trees: tuple[Worktree, ...] = ()

    def worktrees(self) -> tuple[Worktree, ...]:
        """All worktrees; see `GitReader.worktrees`."""
        if not self._trees:
            if self.repository.reftable:  # whose operations git alone can tell
                self._trees = super().__getattr__("worktrees")()
            else:
                from parallel_tui.adapters.git.repo.worktree_list import resolve

                self._trees = resolve(self.repository, self._listed or self._read())
        return self._trees

    def _read(self) -> tuple[ListedWorktree, ...]:
        """The listing of a repository that was found without git, asked only where it is odd."""
        from parallel_tui.adapters.git.repo import ordinary

        common = self.repository.common_dir
        listed = ordinary.listing(common)
        if listed is None:
            from parallel_tui.adapters.git.repo.locate import read_listing

            listed = read_listing(common, bare=False)
        return listed


class NoWindows(Later):
    """A multiplexer that is known to have no windows; for anything else it is asked itself."""

    @property
    def name(self) -> str:
        """See `Mux.name`."""
        from parallel_tui.adapters.tmux.absent import NAME

        return NAME

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """What it would list."""
        from parallel_tui.model.window.window import MuxListing

        return MuxListing(running=False)

    def own_pane(self, env: Mapping[str, str]) -> str | None:
        """The pane that a program runs in: none."""
        return None

    def watch(self, told: Callable[[MuxNews], None], own_pane: str | None) -> NoWindows:
        """Nothing ever changes; see `Mux.watch`."""
        from parallel_tui.model.window.mux_news import MuxNews, MuxSays

        told(MuxNews(MuxSays.LISTENING))
        return self

    def stop(self) -> None:
        """There is nothing to end."""

    def close(self) -> None:
        """There is nothing to give back."""


class PagesThere:
    """Pages that sessions write of themselves; their reader is imported where there is one.

    Args:
        shared: The page of all sessions together.
    """

    def __init__(self, shared: str) -> None:
        self._shared = shared

    def read(self, worktrees: Iterable[str]) -> Mapping[str, OwnPage]:
        """See `OwnPages.read`."""
        some = [each for each in worktrees if os.path.lexists(f"{each}/.claude/status.md")]
        if not some:
            return {}
        from parallel_tui.adapters.agents.own_pages import OwnPageFiles

        return OwnPageFiles(self._shared).read(some)
