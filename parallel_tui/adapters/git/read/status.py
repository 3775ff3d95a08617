"""Run `git status`, for a whole worktree or for some paths of it."""

from __future__ import annotations

from parallel_tui.adapters.git.read.status_format import COMMAND, parse
from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.errors import GitError
from parallel_tui.model.session.git_status import StatusEntry, StatusKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Final

    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.model.session.worktree import Worktree

_CAREFUL: Final = (
    # Each of these spares git a look at a file that may have changed all the same.
    "-c",
    "core.untrackedCache=false",
    "-c",
    "core.trustctime=true",
    "-c",
    "core.checkStat=default",
)

_FATAL: Final = 128
"""Exit status of a git that refused; for a path, that it lies inside a submodule."""

_MOST_PATHS = 500
_MOST_BYTES = 100_000


def read_status(
    runner: Runner, worktree: Worktree, paths: Collection[str] | None, *, careful: bool = False
) -> tuple[StatusEntry, ...]:
    """Uncommitted changes of a worktree, or at and below some literal paths of it.

    One process for a whole status and for paths that git tracks, up to four for others. A path in
    a wholly untracked folder is answered by that folder, and one in a submodule by the submodule,
    as a whole status does. Paths that git will not be limited to are answered by a whole status:
    more than was asked, never less.

    Args:
        runner: The gateway to git.
        worktree: Whose.
        paths: Which; `None` for all.
        careful: Whether to believe no setting that saves looking, for a whole status.

    Raises:
        GitError: When git gave no usable answer.
    """
    if worktree.bare:
        return ()
    if paths is not None and not paths:
        return ()
    if paths is not None and _fits(paths):
        try:
            return _limited(runner, worktree, frozenset(path.rstrip("/") for path in paths))
        except GitError as error:
            if error.status != _FATAL:
                raise
    command = [*_CAREFUL, *COMMAND] if careful else COMMAND
    return parse(runner.run(command, worktree=worktree).stdout)


def _limited(runner: Runner, worktree: Worktree, paths: frozenset[str]) -> tuple[StatusEntry, ...]:
    entries = parse(runner.run([*COMMAND, "--", *sorted(paths)], worktree=worktree).stdout)
    # A tracked path proves that git tracks something in the folders above it. Of others we know
    # nothing: `new/a` is printed for an untracked `new/` that holds more, and nothing at all when
    # `new/a` was deleted and `new/b` is still there.
    proved = {entry.path for entry in entries if entry.kind is not StatusKind.UNTRACKED}
    proved |= {entry.origin for entry in entries if entry.origin is not None}
    doubtful = {path for path in paths - proved if "/" in path}
    homes = _homes(runner, worktree, doubtful)
    if not homes:
        return entries
    widened = {path for path in paths if not any(_below(path, home) for home in homes)} | homes
    return parse(runner.run([*COMMAND, "--", *sorted(widened)], worktree=worktree).stdout)


def _homes(runner: Runner, worktree: Worktree, paths: Collection[str]) -> set[str]:
    """For paths in untracked folders: the topmost such folder, or the submodule."""
    parents = {path.rpartition("/")[0] for path in paths}
    parents -= _tracking(runner, worktree, parents)[0]
    if not parents:
        return set()
    folders, files = _tracking(runner, worktree, {path.partition("/")[0] for path in parents})
    homes: set[str] = set()
    for parent in parents:
        parts = parent.split("/")
        lineage = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        home = next((path for path in lineage if path in files or path not in folders), None)
        if home is not None:
            homes.add(home)
    return homes


def _tracking(
    runner: Runner, worktree: Worktree, folders: Collection[str]
) -> tuple[set[str], set[str]]:
    """Folders at, below or above the given ones that hold tracked files, and those files."""
    if not folders:
        return set(), set()
    done = runner.run(["ls-files", "-z", "--", *sorted(folders)], worktree=worktree, ok=(0, _FATAL))
    files = set(done.fields()) if done.status == 0 else set()
    tracking: set[str] = set()
    for file in files:
        folder = file.rpartition("/")[0]
        while folder and folder not in tracking:
            tracking.add(folder)
            folder = folder.rpartition("/")[0]
    return tracking, files


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _fits(paths: Collection[str]) -> bool:
    return (
        len(paths) <= _MOST_PATHS
        and "" not in paths
        and not any("\0" in path for path in paths)
        and sum(len(raw(path)) + 1 for path in paths) <= _MOST_BYTES
    )
