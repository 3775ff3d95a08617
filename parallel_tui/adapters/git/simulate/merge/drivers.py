"""Which program merges a path where the user's attributes name one, a structural one for instance.

Simulated merges run it as the real one would; here it is only named.
"""

from __future__ import annotations

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.model.session.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Final

_BUILT_IN: Final = frozenset({"", "text", "binary", "union", "set", "unset", "unspecified"})


def drivers_of(
    runner: Runner, stage: Worktree, paths: Collection[str]
) -> Mapping[str, tuple[str, ...]]:
    """Paths by the configured merge driver that merges them; one process, and one more if any is.

    Args:
        runner: The gateway to git.
        stage: Where merges run, which has the attribute files.
        paths: Which.
    """
    if not paths:
        return {}
    try:
        args = ["config", "--name-only", "--get-regexp", r"^merge\..*\.driver$"]
        lines = runner.run(args, ok=(0, 1)).text.splitlines()
        names = {line.removeprefix("merge.").removesuffix(".driver") for line in lines}
        if not names - _BUILT_IN:
            return {}
        stdin = "".join(f"{path}\0" for path in sorted(paths)).encode("utf-8", "surrogateescape")
        args = ["check-attr", "-z", "--stdin", "merge"]
        fields = runner.run(args, stdin=stdin, worktree=stage).fields()
    except GitError:
        return {}  # a name is only told, and the merge has run by it
    found: dict[str, tuple[str, ...]] = {}
    for path, name in zip(fields[::3], fields[2::3], strict=False):
        if name in names - _BUILT_IN:
            found[name] = (*found.get(name, ()), path)
    return found


def driver_of(runner: Runner, stage: Worktree, path: str) -> str:
    """Name of the configured merge driver of a path; empty for git's own ways. Two processes.

    Args:
        runner: The gateway to git.
        stage: Where merges run, which has the attribute files.
        path: The path.
    """
    try:
        args = ["check-attr", "-z", "merge", "--", path]
        fields = runner.run(args, worktree=stage).text.split("\0")
        name = fields[2] if len(fields) > 2 else ""
        if name in _BUILT_IN:
            return ""
        args = ["config", "--get-all", f"merge.{name}.driver"]
        return name if runner.run(args, ok=(0, 1)).text.strip() else ""
    except GitError:
        return ""  # a name is only told, and the merge has run by it
