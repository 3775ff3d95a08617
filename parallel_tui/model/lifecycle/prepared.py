"""What prepares a new worktree where the repository was prepared for another program."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class PreparedByOthers:
    """Setup lines that a file of another program has.

    Attributes:
        file: Path of the file, relative to the worktree; empty where there is none.
        lines: Shell lines, in their order.
        beside: Files that are not used because this one is, in words.
        problems: Files that cannot be used, each with the reason.
    """

    file: str = ""
    lines: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def variables(worktree: str, main: str, name: str, base: str) -> Mapping[str, str]:
    """What those programs tell such lines, so that they work here as they do there.

    Args:
        worktree: The new worktree.
        main: The main one.
        name: The session's name.
        base: Where its branch starts.
    """
    return {
        "ROOT_WORKTREE_PATH": main,
        "CODEX_WORKTREE_PATH": worktree,
        "CODEX_SOURCE_TREE_PATH": main,
        "CONDUCTOR_ROOT_PATH": main,
        "CONDUCTOR_WORKSPACE_PATH": worktree,
        "CONDUCTOR_WORKSPACE_NAME": name,
        "CONDUCTOR_DEFAULT_BRANCH": base,
    }
