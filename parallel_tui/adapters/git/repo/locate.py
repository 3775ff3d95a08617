"""Locate a directory's repository and list its worktrees, with two processes.

All that the first picture needs. It stands before anything else is imported, so nothing here is a
dataclass: importing those costs more than asking git does.
"""

# ruff: noqa: PTH100, PTH112

from __future__ import annotations

import os

from parallel_tui.adapters.git.run import failure, plain
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.errors import GitError, UsageError
from parallel_tui.model.session.listing import Asked, ListedWorktree, Located

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# rev-parse prints an unknown option as it is: a separator that paths with newlines do not break.
_MARKS = ("--pdev-mark-1", "--pdev-mark-2", "--pdev-mark-3")
_WHERE = (
    *("rev-parse", "--path-format=absolute", "--git-common-dir", _MARKS[0], "--git-dir", _MARKS[1]),
    *("--is-bare-repository", _MARKS[2], "--show-toplevel"),
)
_LISTING = ("worktree", "list", "--porcelain", "-z")
_OUTSIDE = "not a git repository"


def parse(output: bytes) -> tuple[ListedWorktree, ...]:
    """Parse the listing. Attributes added by later versions of git are ignored.

    Raises:
        GitError: When it does not begin with a worktree, or is cut off.
    """
    entries: list[ListedWorktree] = []
    fields: dict[str, str] = {}
    for raw_field in output.split(b"\0"):
        field = text(raw_field)
        if not field:
            if "worktree" in fields:
                entries.append(_entry(fields))
            elif fields:
                raise GitError("git worktree list printed a record without a path")
            fields = {}
            continue
        key, _, value = field.partition(" ")
        fields[key] = value
    if fields or not entries:
        raise GitError("git worktree list printed an incomplete listing")
    return tuple(entries)


def _entry(fields: Mapping[str, str]) -> ListedWorktree:
    head = fields.get("HEAD", "")
    branch = fields.get("branch")
    return ListedWorktree(
        path=fields["worktree"],
        head=head if head.strip("0") else None,
        branch=branch.removeprefix("refs/heads/") if branch is not None else None,
        bare="bare" in fields,
        locked=fields.get("locked"),
        prunable=fields.get("prunable"),
    )


def locate(start: str) -> Located:
    """Ask git for a directory's repository.

    Raises:
        UsageError: When it does not exist or belongs to no repository.
        GitError: When git is missing, too old, or does not answer.
    """
    here = os.path.abspath(start)
    if not os.path.isdir(here):
        raise UsageError(
            f"{start} is not a directory", hint="Name a directory inside a git repository."
        )
    asked = _locate(here)
    return Located(asked, read_listing(asked.common))


def locate_all(starts: Sequence[str]) -> list[Located | None]:
    """Find the repositories of some directories: ordinary ones by looking, others by asking git.

    Args:
        starts: Directories.

    Returns:
        What was found; `None` where that is not all well: `locate` finds it after all, or tells.
    """
    here = [os.path.abspath(each) for each in starts]
    seen = [_ordinary(each) for each in here]
    others = iter(_asked_for([each for each, it in zip(here, seen, strict=True) if it is None]))
    return [next(others) if each is None else each for each in seen]


def _ordinary(here: str) -> Located | None:
    """An ordinary repository whose main worktree is a directory."""
    from parallel_tui.adapters.git.repo import ordinary

    real = os.path.realpath(here)
    found = ordinary.find(real) if os.path.isdir(f"{real}/.git") else None
    if found is None or found.main_path != real:
        return None
    listed = ordinary.listing(found.common_dir)
    if listed is None:
        return None
    return Located(Asked(found.common_dir, found.common_dir, real), listed)


def _asked_for(here: Sequence[str]) -> list[Located | None]:
    """What git says of some directories, which are all asked about at the same time."""
    told = plain.ask_all([(each, _WHERE) for each in here])
    asked = [None if each is None else _answered(*each) for each in told]
    commons = [each.common for each in asked if each is not None]
    lists = iter(plain.ask_all([(each, _listing_of(each)) for each in commons]))
    found: list[Located | None] = []
    for each in asked:
        listed = next(lists) if each is not None else None
        found.append(None)
        if each is not None and listed is not None and listed[0] == 0:
            try:
                found[-1] = Located(each, parse(listed[1]))
            except GitError:  # which `locate` tells of
                continue
    return found


def read_listing(common: str, *, bare: bool | None = None) -> tuple[ListedWorktree, ...]:
    """Worktrees of the repository with this common git directory; one process.

    The command names the directory: seen from a linked worktree, git may take a bare main
    repository for one with a work tree.

    Args:
        common: The common git directory.
        bare: Whether the repository is bare, where its own `core.bare` is not to be believed.

    Raises:
        GitError: When git is too old or gave no usable answer.
    """
    args = _listing_of(common, bare=bare)
    status, output, stderr = plain.ask(args, directory=common)
    if status:
        plain.demand_minimum(common)
        raise failure.failed(_LISTING, status, stderr, common)
    return parse(output)


def _listing_of(common: str, *, bare: bool | None = None) -> list[str]:
    view = [] if bare is None else ["-c", f"core.bare={str(bare).lower()}"]
    return [f"--git-dir={common}", *view, *_LISTING]


def _locate(here: str) -> Asked:
    status, output, stderr = plain.ask(_WHERE, directory=here)
    asked = _answered(status, output)
    if asked is None:
        plain.demand_minimum(here)
        raise _outside(here, status, stderr)
    return asked


def _answered(status: int, output: bytes) -> Asked | None:
    """What git told of a directory; `None` when that is nothing of use."""
    # In a bare repository and inside `.git` only the last question has no answer.
    answer = text(output)
    fields: list[str] = []
    for mark in _MARKS:
        field, found, answer = answer.partition(f"\n{mark}\n")
        if not found:
            break
        fields.append(field)
    if len(fields) < len(_MARKS) or not fields[0].startswith("/"):
        return None
    return Asked(fields[0], fields[1], answer[:-1] if status == 0 and answer else None)


def _outside(here: str, status: int, stderr: str) -> Exception:
    if _OUTSIDE in stderr and "dubious" not in stderr:
        return UsageError(
            f"{here} is not inside a git repository",
            hint="Change into one, name one with -C, or make one with git init.",
        )
    return failure.failed(["rev-parse"], status, stderr, here)
