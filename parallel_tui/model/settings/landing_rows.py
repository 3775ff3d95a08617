"""Rows of the table of settings that are about landing sessions on base."""

from __future__ import annotations

from parallel_tui.model.settings import values
from parallel_tui.model.settings.config import MERGE_STRATEGIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

ROWS: Final[tuple[tuple[str, str, Callable[[object], object], str], ...]] = (
    (
        "merge.strategy",
        "merge_strategy",
        values.one_of(*MERGE_STRATEGIES),
        f"how sessions are landed on base: {', '.join(MERGE_STRATEGIES)}",
    ),
    (
        "merge.after",
        "merge_after",
        values.landing_after,
        "which sessions land after which others, by name: {later: [earlier, …]}",
    ),
    (
        "merge.priority",
        "merge_priority",
        values.priorities,
        "numbers by session; where several could land next, the higher one does",
    ),
)
"""Name, attribute of `Config`, check and help."""
