"""Finding the repository that a directory belongs to."""

# On the way to the first paint, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH100, PTH112, PTH119

from __future__ import annotations

import os

from parallel_tui.adapters.git import failure, plain
from parallel_tui.adapters.git.environment import text
from parallel_tui.adapters.git.worktree_list import Listed, parse
from parallel_tui.errors import UsageError
from parallel_tui.model.repository import Repository

# rev-parse prints an unknown option as it is: a separator that paths with newlines do not break.
_MARKS = ("--pdev-mark-1", "--pdev-mark-2", "--pdev-mark-3")
_OUTSIDE = "not a git repository"


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
    here = os.path.abspath(start)
    if not os.path.isdir(here):
        raise UsageError(
            f"{start} is not a directory", hint="Name a directory inside a git repository."
        )
    common, own, toplevel = _locate(here)
    listed = read_listing(common)
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


def read_listing(common: str) -> tuple[Listed, ...]:
    """Worktrees of the repository with this common git directory; one process.

    The command names the directory: seen from a linked worktree, git may take a bare main
    repository for one with a work tree.

    Raises:
        GitError: When git is too old or gave no usable answer.
    """
    args = ["worktree", "list", "--porcelain", "-z"]
    status, output, stderr = plain.ask([f"--git-dir={common}", *args], directory=common)
    if status:
        plain.demand_minimum(common)
        raise failure.failed(args, status, stderr, common)
    return parse(output)


def _locate(here: str) -> tuple[str, str, str | None]:
    args = ["rev-parse", "--path-format=absolute"]
    args += ["--git-common-dir", _MARKS[0], "--git-dir", _MARKS[1], "--is-bare-repository"]
    args += [_MARKS[2], "--show-toplevel"]
    status, output, stderr = plain.ask(args, directory=here)
    # In a bare repository and inside `.git` only the last question has no answer.
    answer = text(output)
    fields: list[str] = []
    for mark in _MARKS:
        field, found, answer = answer.partition(f"\n{mark}\n")
        if not found:
            break
        fields.append(field)
    if len(fields) < len(_MARKS) or not fields[0].startswith("/"):
        plain.demand_minimum(here)
        raise _outside(here, status, stderr)
    return fields[0], fields[1], answer[:-1] if status == 0 and answer else None


def _main_of(common: str) -> str:
    """Main worktree of a git directory that stands elsewhere, where that is recorded (submodules).

    The git directory itself where it is not, as git says.
    """
    args = [f"--git-dir={common}", "rev-parse", "--path-format=absolute", "--show-toplevel"]
    status, output, _ = plain.ask(args, directory=common)
    return text(output)[:-1] if status == 0 and output else common


def _outside(here: str, status: int, stderr: str) -> Exception:
    if _OUTSIDE in stderr and "dubious" not in stderr:
        return UsageError(
            f"{here} is not inside a git repository",
            hint="Change into one, name one with -C, or make one with git init.",
        )
    return failure.failed(["rev-parse"], status, stderr, here)


def _name(path: str, *, bare: bool) -> str:
    above, last = os.path.split(path.rstrip("/"))
    if not bare:
        return last or "repository"
    # A bare repository is `app.git`, or hidden in its project's folder as `app/.git`, `app/.bare`.
    if last.startswith("."):
        return os.path.basename(above) or "repository"
    return last.removesuffix(".git") or last
