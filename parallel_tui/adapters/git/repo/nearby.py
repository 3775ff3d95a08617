"""Guess the git directory of a directory by looking, without a process.

For whoever only looks for a file there and is content to find none: what git alone can tell (its
variables, ceilings, bare repositories) is answered by `None`. All else goes through `discover`.
"""

# On the way of a status line, which is drawn again every few seconds.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import os

from parallel_tui.adapters import small_file
from parallel_tui.model.inheritance import ONE_COMMANDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def common_dir_near(start: str, env: Mapping[str, str]) -> str | None:
    """The common git directory that a directory seems to belong to; `None` when unsure.

    Args:
        start: An existing directory.
        env: Our environment.
    """
    if any(name in env for name in ONE_COMMANDS):
        return None
    folder = os.path.realpath(start)
    while True:
        pointer = f"{folder.rstrip('/')}/.git"
        try:
            return _common(folder, small_file.read(pointer))
        except OSError:
            if os.path.isdir(pointer):  # noqa: PTH112
                return pointer
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _common(folder: str, pointer: bytes) -> str | None:
    """The common directory behind a `.git` file: of a worktree, or of a submodule."""
    if not pointer.startswith(b"gitdir: "):
        return None
    own = os.path.join(folder, os.fsdecode(pointer[8:].rstrip(b"\r\n")))
    try:
        try:
            above = os.fsdecode(small_file.read(f"{own}/commondir").rstrip(b"\r\n"))
        except FileNotFoundError:
            above = ""
        return os.path.realpath(os.path.join(own, above))
    except (OSError, ValueError):  # what stands there is no path
        return None


def repositories_in(folder: str) -> tuple[str, ...]:
    """Main worktrees directly in a folder by name, then bare repositories.

    Args:
        folder: Where; none are found in one that cannot be listed.
    """
    try:
        names = sorted(os.listdir(folder), key=lambda name: (name.casefold(), name))  # noqa: PTH208
    except OSError:
        return ()
    inside = [os.path.join(folder, name) for name in names]
    # A git directory that stands apart from its worktree looks like a bare one: it comes second.
    return (*filter(_is_main, inside), *filter(_is_bare, inside))


def _is_main(path: str) -> bool:
    """Whether a directory is a main worktree."""
    git = f"{path}/.git"
    if os.path.isdir(git):  # noqa: PTH112
        return os.path.lexists(f"{git}/HEAD")  # what is left of one, or just begins, has none
    try:
        pointer = small_file.read(git)
        own = os.path.join(path, os.fsdecode(pointer.removeprefix(b"gitdir: ").rstrip(b"\r\n")))
        return not os.path.lexists(f"{own}/commondir")
    except (OSError, ValueError):  # what stands there is no path
        return False


def _is_bare(path: str) -> bool:
    """Whether a directory looks like a bare repository."""
    folders = (f"{path}/objects", f"{path}/refs")
    return os.path.isfile(f"{path}/HEAD") and all(map(os.path.isdir, folders))  # noqa: PTH113
