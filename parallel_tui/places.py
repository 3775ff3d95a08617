"""Find the repositories that the command line names: each itself, or those in a folder.

The standard library alone: this stands before the first paint.
"""

# ruff: noqa: PTH119, PTH120

from __future__ import annotations

import os

from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.first_list import locate, repositories_in
from parallel_tui.surroundings import refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
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
    """

    def __init__(
        self, directory: str, located: Located | None = None, problem: ParallelError | None = None
    ) -> None:
        self.directory, self.located, self.problem = directory, located, problem

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
        identity = place.located.asked.common if place.located is not None else place.directory
        identity = os.path.realpath(identity)
        if identity not in seen:
            seen.add(identity)
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


def _all(directories: Iterable[str]) -> Iterator[RepositoryPlace]:
    for directory in directories:
        place = _look(directory)
        within = repositories_in(directory) if isinstance(place.problem, UsageError) else ()
        if within:
            yield from map(_look, within)
        else:
            yield place


def _look(directory: str) -> RepositoryPlace:
    try:
        return RepositoryPlace(directory, locate(directory))
    except ParallelError as error:
        return RepositoryPlace(directory, problem=error)
    except OSError as error:
        said = refusal(error)
        if said is None:
            raise
        return RepositoryPlace(directory, problem=said)
