"""`git worktree list --porcelain -z`, and what only the git directories know about its entries."""

# On the way to the first paint, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH116, PTH118, PTH123

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from parallel_tui.adapters.git.environment import text
from parallel_tui.adapters.git.operation import operation_in
from parallel_tui.errors import GitError
from parallel_tui.model.repository import Repository
from parallel_tui.model.worktree import Worktree

SESSION_FILE = "pdev-session"
"""In a worktree's own git directory: the name of the session it was made for."""

_NAME_LIMIT = 200


class Listed(NamedTuple):
    """One record of git's listing.

    Attributes:
        path: As git prints it.
        head: Commit; `None` while there is none.
        branch: Short name; `None` when detached or bare.
        bare: Whether it has no work tree.
        locked: Reason, perhaps empty; `None` when not locked.
        prunable: Reason; `None` when git would keep it.
    """

    path: str
    head: str | None = None
    branch: str | None = None
    bare: bool = False
    locked: str | None = None
    prunable: str | None = None

    def at(self, path: str) -> Listed:
        """The same entry at another path."""
        return self if path == self.path else self._replace(path=path)


def parse(output: bytes) -> tuple[Listed, ...]:
    """Read the listing. Attributes that a later git may add are passed over.

    Raises:
        GitError: When it does not begin with a worktree, or is cut off.
    """
    entries: list[Listed] = []
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


def _entry(fields: Mapping[str, str]) -> Listed:
    head = fields.get("HEAD", "")
    branch = fields.get("branch")
    return Listed(
        path=fields["worktree"],
        head=head if head.strip("0") else None,
        branch=branch.removeprefix("refs/heads/") if branch is not None else None,
        bare="bare" in fields,
        locked=fields.get("locked"),
        prunable=fields.get("prunable"),
    )


def resolve(repository: Repository, listed: Iterable[Listed]) -> tuple[Worktree, ...]:
    """Add to each entry what its git directory knows. Starts no process.

    An entry whose git directory vanished since git printed it is left out: it was removed.
    """
    git_dirs = _linked_git_dirs(repository.common_dir)
    worktrees: list[Worktree] = []
    for number, entry in enumerate(listed):
        if number == 0:
            main = entry.at(repository.main_path)
            worktrees.append(_worktree(main, repository.common_dir, is_main=True))
            continue
        git_dir = _take(git_dirs, entry.path)
        if git_dir is not None:
            worktrees.append(_worktree(entry, git_dir, is_main=False))
    return tuple(worktrees)


def _worktree(entry: Listed, git_dir: str, *, is_main: bool) -> Worktree:
    return Worktree(
        path=entry.path,
        git_dir=git_dir,
        head=entry.head,
        branch=entry.branch,
        is_main=is_main,
        bare=entry.bare,
        locked=entry.locked,
        prunable=entry.prunable,
        missing=_missing(entry.path),
        operation=None if entry.bare else operation_in(git_dir),
        assigned_name=_assigned_name(git_dir),
        touched=_touched(git_dir),
    )


def _linked_git_dirs(common: str) -> dict[str, list[str]]:
    """Git directories of linked worktrees by the path their back-pointer names.

    Under the pointer's own wording and, where that differs, its resolved one.
    """
    folder = f"{common}/worktrees"
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise GitError(f"The list of worktrees in {folder} cannot be read: {error}") from error
    found: dict[str, list[str]] = {}
    for name in names:
        git_dir = f"{folder}/{name}"
        path = back_pointer(git_dir)
        if path is not None:
            for known in {path, os.path.realpath(path)}:
                found.setdefault(known, []).append(git_dir)
    return found


def back_pointer(git_dir: str) -> str | None:
    """The worktree directory that a linked git directory says it belongs to."""
    try:
        with open(f"{git_dir}/gitdir", "rb") as file:
            content = file.read()
    except OSError:
        return None
    pointer = os.fsdecode(content.rstrip())
    if not pointer:
        return None
    # Relative since git 2.48 with worktree.useRelativePaths.
    path = os.path.normpath(os.path.join(git_dir, pointer))
    return path.removesuffix("/.git")


def _take(git_dirs: dict[str, list[str]], path: str) -> str | None:
    for known in (path, os.path.realpath(path)):
        candidates = git_dirs.get(known)
        if candidates:
            taken = candidates[0]
            for others in git_dirs.values():
                if taken in others:
                    others.remove(taken)
            return taken
    try:
        with open(f"{path}/.git", "rb") as file:
            content = file.read()
    except OSError:
        return None
    pointer = content.removeprefix(b"gitdir:").strip()
    return os.path.normpath(os.path.join(path, os.fsdecode(pointer)))


def _missing(path: str) -> bool:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False  # there, but not for us: that is not "gone"
    return False


def _assigned_name(git_dir: str) -> str | None:
    try:
        with open(f"{git_dir}/{SESSION_FILE}", "rb") as file:
            first = file.readline(_NAME_LIMIT)
    except OSError:
        return None
    return text(first).strip() or None


def _touched(git_dir: str) -> float | None:
    for name in ("logs/HEAD", "reftable/tables.list", "HEAD"):
        try:
            return os.stat(f"{git_dir}/{name}").st_mtime
        except OSError:
            continue
    return None
