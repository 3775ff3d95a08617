"""Port for the check whether a change keeps to the boundaries of its session."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.ci.breach import Breach


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
