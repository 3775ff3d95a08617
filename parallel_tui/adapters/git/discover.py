"""Finding the repository that a directory belongs to."""

# On the way to the first paint, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH112, PTH119

from __future__ import annotations

import os

from parallel_tui.adapters.git import plain
from parallel_tui.adapters.git.environment import text
from parallel_tui.adapters.git.locate import Listed, Located, locate
from parallel_tui.model.repository import Repository


def discover(start: str) -> Repository:
    """Find the repository of a directory: a worktree, a folder in one, a `.git`, a bare one.

    Costs two processes.

    Args:
        start: An existing directory.

    Raises:
        UsageError: When it does not exist or belongs to no repository.
        GitError: When git is missing, too old, or does not answer.
    """
    return find(start)[0]


def find(start: str) -> tuple[Repository, tuple[Listed, ...]]:
    """Like `discover`, with the listing of worktrees that was read on the way."""
    return found(locate(start))


def found(located: Located) -> tuple[Repository, tuple[Listed, ...]]:
    """The repository that git's answers mean, with its worktrees where they really are."""
    common, own, toplevel, listed = located
    main = listed[0]
    path = main.path
    if own == common and toplevel is not None:
        path = toplevel  # git lists the git directory itself when that stands elsewhere
    elif own != common and not main.bare and path == common:
        path = _main_of(common)
    repository = Repository(
        name=_name(path, bare=main.bare),
        common_dir=common,
        main_path=path,
        bare=main.bare,
        coordination_root=f"{common}/pdev" if main.bare else f"{path.rstrip('/')}/.claude",
        reftable=os.path.isdir(f"{common}/reftable"),
    )
    return repository, (main.at(path), *listed[1:])


def _main_of(common: str) -> str:
    """Main worktree of a git directory that stands elsewhere, where that is recorded (submodules).

    The git directory itself where it is not, as git says.
    """
    args = [f"--git-dir={common}", "rev-parse", "--path-format=absolute", "--show-toplevel"]
    status, output, _ = plain.ask(args, directory=common)
    return text(output)[:-1] if status == 0 and output else common


def _name(path: str, *, bare: bool) -> str:
    above, last = os.path.split(path.rstrip("/"))
    if not bare:
        return last or "repository"
    # A bare repository is `app.git`, or hidden in its project's folder as `app/.git`, `app/.bare`.
    if last.startswith("."):
        return os.path.basename(above) or "repository"
    return last.removesuffix(".git") or last
