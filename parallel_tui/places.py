"""Find the repositories that the command line names: each itself, or those in a folder.

The standard library alone: this stands before the first paint.
"""

# ruff: noqa: PTH113, PTH119, PTH120

from __future__ import annotations

import os

from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.first_list import locate, locate_all, repositories_in
from parallel_tui.surroundings import refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from parallel_tui.model.session.listing import Located

MOST: Final = 30
"""Repositories in one dashboard; each has threads and processes of its own."""


class RepositoryPlace:
    """A directory that was asked for, and the repository there or why there is none.

    Attributes:
        directory: Absolute path.
        located: What git said; `None` where that is `problem`.
        problem: Why it cannot be opened.
        folder: The folder that was named and holds it; empty where it was named itself.
    """

    def __init__(
        self,
        directory: str,
        located: Located | None = None,
        problem: ParallelError | None = None,
        folder: str = "",
    ) -> None:
        self.directory, self.located, self.problem = directory, located, problem
        self.folder = folder

    @property
    def identity(self) -> str:
        """Tells it from others, however it was named."""
        return os.path.realpath(self.located.asked.common if self.located else self.directory)

    @property
    def name(self) -> str:
        """What people call it: the directory of its main worktree."""
        if self.located is None:
            return _last(self.directory)
        asked, listed = self.located.asked, self.located.listed[0]
        if asked.toplevel is not None and asked.own == asked.common:
            return _last(asked.toplevel)  # git lists the git directory where that stands elsewhere
        if not listed.bare:
            return _last(listed.path)
        name = _last(listed.path)
        return name.removesuffix(".git") or _last(os.path.dirname(listed.path.rstrip("/")))


def _last(path: str) -> str:
    return os.path.basename(path.rstrip("/")) or path


def places(directories: Sequence[str]) -> tuple[RepositoryPlace, ...]:
    """The repositories of some directories, each once, in the order in which they are named.

    Args:
        directories: Absolute. One that is in no repository stands for those that it holds.

    Raises:
        ParallelError: When not one can be opened.
        UsageError: When there are too many.
    """
    found: list[RepositoryPlace] = []
    seen: set[str] = set()
    for place in _all(directories):
        if place.identity not in seen:
            seen.add(place.identity)
            found.append(place)
        if len(found) > MOST:
            raise UsageError(
                f"These are more than {MOST} repositories",
                hint="Name those that you work on: pdev-tui DIR DIR …",
            )
    problems = [place.problem for place in found if place.problem is not None]
    if len(problems) == len(found) and problems:
        raise problems[0]
    return tuple(found)


def labels(named: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """What to call repositories: by name, and where names are equal also by place.

    Args:
        named: Name and directory of each.
    """
    names = [name for name, _ in named]
    return tuple(
        name if names.count(name) == 1 else f"{name} ({directory})" for name, directory in named
    )


def look_at(directories: Sequence[str], folder: str = "") -> tuple[RepositoryPlace, ...]:
    """What stands in some directories, which are all asked about at the same time.

    Args:
        directories: Absolute.
        folder: The folder that holds them, if it was named and not they.
    """
    found = locate_all(directories) if len(directories) > 1 else [None] * len(directories)
    return tuple(
        RepositoryPlace(directory, located, folder=folder) if located else _look(directory, folder)
        for directory, located in zip(directories, found, strict=True)
    )


def is_gone(directory: str) -> bool:
    """Whether a repository that was in a directory is there no more, and not just out of sight."""
    git = f"{directory}/.git"
    return all(map(_is_nothing, (f"{git}/HEAD", f"{directory}/HEAD"))) and not os.path.isfile(git)


def _is_nothing(path: str) -> bool:
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _all(directories: Sequence[str]) -> Iterator[RepositoryPlace]:
    for place in look_at(directories):
        within = repositories_in(place.directory) if isinstance(place.problem, UsageError) else ()
        yield from look_at(within, place.directory) if within else (place,)


def _look(directory: str, folder: str) -> RepositoryPlace:
    try:
        return RepositoryPlace(directory, locate(directory), folder=folder)
    except ParallelError as error:
        return RepositoryPlace(directory, problem=error, folder=folder)
    except OSError as error:
        said = refusal(error)
        if said is None:
            raise
        return RepositoryPlace(directory, problem=said, folder=folder)
