"""Distinguish a running session's files below `.claude/` from settings.

A new session gets the settings and never the runtime state: a copied lock would be a second lock
that nobody holds, a copied state file a second truth.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

FOLDER: Final = ".claude"
CONTEXT: Final = f"{FOLDER}/feature-context.md"
"""What a session is about (guide: create-feature-worktree.sh)."""

EXCLUDED: Final = (
    "/.claude/feature-context.md",
    "/.claude/locks/",
    "/.claude/events/",
    "/.claude/parallel-state.json",
    "/.claude/status.md",
    "/.claude/session-*-tasks.md",
    "/.claude/pdev/",
    "/.claude/settings.local.json",
    "/.env.pdev",
)
"""Patterns, from the root of each worktree: the guide's runtime files, ours, and the settings into
which `pdev hooks install` writes, which are one person's."""

_FOLDERS: Final = frozenset({"locks", "events", "pdev", "worktrees"})
_NAMES: Final = (
    "parallel-state.json*",
    "status.md",
    "session-*-tasks.md",
    "feature-context.md",
    "journal*",
    "*.lock",
    ".git",
    ".pdev-draft.*",
    ".*.tmp",
)


def is_sessions_own(path: str) -> bool:
    """Whether a file, relative to the worktree, says what one session has: no other may have it."""
    from parallel_tui.model.machine.ports import ENV_FILE

    return path == ENV_FILE


def is_runtime(path: str) -> bool:
    """Whether a path, relative to the worktree and below `.claude/`, is runtime state."""
    from fnmatch import fnmatchcase
    from pathlib import PurePosixPath

    parts = PurePosixPath(path).parts[1:]
    if not parts or parts[0] in _FOLDERS:
        return True
    return any(fnmatchcase(part, pattern) for part in parts for pattern in _NAMES)


def context(
    *, name: str, branch: str, created: str, base: str, session: str, prompt: str = ""
) -> str:
    """The text of `feature-context.md`, in the guide's form with our sections after it.

    Args:
        name: The feature as the user called it.
        branch: Its branch.
        created: Date and time, as text.
        base: What the branch started from.
        session: The session's name.
        prompt: The first prompt; empty for none.
    """
    title = " ".join(name.split())
    sections = [
        f"# Feature: {title}",
        f"## Branch\n{branch}",
        f"## Created\n{created}",
        "## Status\nIn Progress",
        "## Notes\nAdd feature-specific notes here.",
        f"## Base\n{base}",
        f"## Session\n{session}",
    ]
    if prompt.strip():
        sections.append(f"## Prompt\n{prompt.strip()}")
    return "\n\n".join(sections) + "\n"
