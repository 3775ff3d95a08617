"""Ports for boundaries: what sessions changed, and the compiled form that a hook reads.

Each answers with model values or raises a `ParallelError`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from parallel_tui.model.policy.boundaries import Boundaries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.ci.breach import Breach
    from parallel_tui.model.policy.change import WrittenPath
    from parallel_tui.model.policy.formats import CompiledPolicy
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.worktree import Worktree

ParseBoundaries = Callable[[str, str], Boundaries]
"""Reads boundaries from a file's name and text; raises `ConfigError`."""


class Changes(Protocol):
    """Lists changed paths; nothing is changed, not even an index."""

    def committed(self, base: str, heads: Iterable[str]) -> Mapping[str, tuple[WrittenPath, ...]]:
        """Paths that the commits of each head change since it left base, all object ids."""
        ...

    def staged(self, worktree: Worktree, index: str | None = None) -> tuple[WrittenPath, ...]:
        """Paths that are staged in a worktree, or in another index of it."""
        ...

    def untracked(self, worktree: Worktree) -> tuple[str, ...]:
        """Untracked files that are not ignored; a repository among them ends in `/`."""
        ...

    def ignores_case(self) -> bool:
        """Whether the repository's file system takes `A` and `a` for one name."""
        ...


class Policy(Protocol):
    """Knows the boundaries of base."""

    def current(self, base: Base, *, unasked: bool = False) -> CompiledPolicy:
        """The boundaries of base, compiled; what is wrong with them is in the answer.

        Args:
            base: Where base stands.
            unasked: Whether nobody asked about boundaries.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def keep(self, policy: CompiledPolicy) -> None:
        """Write what hooks read, unless it is that already; that it cannot be is no failure."""
        ...

    def drafted(self) -> bool:
        """Whether boundaries are written down in the main worktree, whatever base has."""
        ...


class CompiledFile(Protocol):
    """Where compiled boundaries are kept."""

    @property
    def path(self) -> str:
        """Where it is."""
        ...

    def read(self) -> Mapping[str, object] | None:
        """What it holds, which anybody may have written; `None` when it is nothing like it."""
        ...

    def drafted(self) -> bool:
        """Whether the main worktree's file has boundaries, whatever base has."""
        ...

    def write(self, policy: CompiledPolicy) -> None:
        """Replace it.

        Raises:
            CouldNotLookError: When it cannot be written.
        """
        ...

    def settings(self) -> list[list[object]]:
        """Path, time of change (ns) and size of each file that a person's own levels come from."""
        ...


class BoundaryCheck(Protocol):
    """Judges what a line of commits changed."""

    def breaches(self, base: str, head: str, branch: str) -> tuple[Breach, ...]:
        """What is changed between two commits and belongs to somebody else.

        Args:
            base: Commit of base, which has the rules.
            head: The commit to judge.
            branch: The branch that it is from, by which its session is known; empty where it has
                none here.

        Raises:
            ConfigError: When the rules cannot be used.
            GitError: When git gave no answer.
        """
        ...
