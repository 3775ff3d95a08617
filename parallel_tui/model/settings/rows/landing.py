"""Rows of the table of settings that are about landing sessions on base."""

from __future__ import annotations

from parallel_tui.model.settings import refusals, values
from parallel_tui.model.settings.config import MERGE_STRATEGIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

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

PROVING: Final[tuple[tuple[str, str, Callable[[object], object], str], ...]] = (
    (
        "prove.workers",
        "prove_workers",
        values.whole_number(1, 16),
        "how many checks of sessions landed together may run at once",
    ),
    (
        "prove.timeout",
        "prove_timeout",
        values.seconds,
        "how long one command of such a check may take, such as 90s, 30m or 1h",
    ),
    (
        "prove.disk",
        "prove_disk",
        values.byte_size,
        "space for the worktrees that such checks run in, such as 500M or 5G",
    ),
    (
        "prove.continuous",
        "prove_continuous",
        values.yes_or_no,
        "whether the dashboard proves ready sessions together whenever they change: true, false",
    ),
    (
        "train.keep",
        "train_keep",
        values.yes_or_no,
        "whether the dashboard keeps refs/pdev/train, base with all ready sessions landed: true, "
        "false",
    ),
)
"""The same of proofs and of the train; they take this machine's time, so the user decides."""

SWITCHES: Final[tuple[tuple[Any, ...], ...]] = (
    (
        "merge.rerere",
        "merge_rerere",
        values.yes_or_no,
        "whether predictions say of a conflict that git remembers how it was resolved: true, false",
        "PDEV_MERGE_RERERE",
        values.yes_or_no_text,
    ),
    (
        "requests",
        "requests",
        values.yes_or_no,
        "whether the dashboard asks gh or glab, where you are signed in, for pull requests: true, "
        "false",
        "PDEV_REQUESTS",
        values.yes_or_no_text,
        False,
        refusals.user_only,
    ),
    (
        "sync.at_rest",
        "sync_at_rest",
        values.yes_or_no,
        "whether the dashboard syncs a session by itself, once its agent rests, when base has "
        "changed files that it edits too: true, false",
        "PDEV_SYNC_AT_REST",
        values.yes_or_no_text,
        False,
        refusals.user_only,
    ),
)
"""Name, attribute of `Config`, check and help, environment variable and what its text means; then
whether an empty one is a value, and whether the repository may set it."""
