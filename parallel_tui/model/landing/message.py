"""Messages of the commits that a landing makes. Pure."""

from __future__ import annotations

from parallel_tui.model.landing.plan import Strategy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def landing_message(branch: str, strategy: Strategy, subjects: Sequence[str] = ()) -> str:
    """The message of a merge, or of the one commit that a squash makes.

    Args:
        branch: The branch that lands.
        strategy: How.
        subjects: First lines of its commits, oldest first; a squash names them.
    """
    if strategy is Strategy.MERGE:
        return f"Merge branch '{branch}'"  # git's own words, which other programs know
    listed = "".join(f"* {each}\n" for each in subjects)
    return f"Land {branch}" + (f"\n\n{listed}" if listed else "")
