"""Join worktrees with windows into sessions, and name each session.

Pure, and used by the live view and by the verbs alike, so that `pdev remove x` and the row `x` on
the screen can never mean two things.
"""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.session import naming
from parallel_tui.model.session.session import WINDOW_KEY
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.window.window import Window


@dataclass(frozen=True, slots=True)
class Joined:
    """A worktree with its windows, or a window of ours without a worktree.

    Attributes:
        key: Identity of the session.
        name: Unique name.
        worktree: The worktree, if any.
        windows: Its own window first, then others by session name and index.
    """

    key: str
    name: str
    worktree: Worktree | None
    windows: tuple[Window, ...] = ()


def inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies below it; both absolute."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def home_of(window: Window, worktrees: Sequence[Worktree]) -> Worktree | None:
    """The worktree that contains most panes of a window; the deepest if they are nested."""
    votes: dict[str, int] = {}
    by_dir = {tree.git_dir: tree for tree in worktrees}
    for pane in window.panes:
        homes = [tree for tree in worktrees if not tree.bare and inside(pane.path, tree.path)]
        if homes:
            deepest = max(homes, key=lambda tree: len(tree.path))
            weight = 2 if pane.active else 1
            votes[deepest.git_dir] = votes.get(deepest.git_dir, 0) + weight
    if not votes:
        return None
    return by_dir[max(votes, key=lambda git_dir: (votes[git_dir], git_dir))]


def names_of(repository: Repository, worktrees: Iterable[Worktree]) -> Mapping[str, str]:
    """A unique session name for each worktree, by git directory.

    Assigned names win, then the main worktree, then the others in git's order; a name already
    taken gets a number.
    """
    trees = list(worktrees)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for tree in trees:
        if tree.assigned_name and tree.assigned_name not in taken:
            names[tree.git_dir] = tree.assigned_name
            taken.add(tree.assigned_name)
    for tree in trees:
        if tree.git_dir in names:
            continue
        wish = "main" if tree.is_main else naming.name_from_directory(tree.path, repository.name)
        name = naming.unique(wish, taken)
        names[tree.git_dir] = name
        taken.add(name)
    return names


def _ranked(name: str, windows: Iterable[Window]) -> tuple[Window, ...]:
    """A session's windows: the one made for it, then other windows of ours, then by position."""

    def rank(window: Window) -> tuple[bool, bool, str, int]:
        return (window.owner != name, not window.ours, window.session_name, window.index)

    return tuple(sorted(windows, key=rank))


def join(
    repository: Repository, worktrees: Sequence[Worktree], windows: Iterable[Window]
) -> tuple[Joined, ...]:
    """Join worktrees with windows.

    Args:
        repository: For naming.
        worktrees: In git's order.
        windows: All windows of the server; those that have nothing to do with this repository
            are left out of the result.

    Returns:
        One entry a worktree, in git's order, then one for each window of our multiplexer
        session that stands in none of them, by id.
    """
    trees = list(worktrees)
    names = names_of(repository, trees)
    by_name = {name: git_dir for git_dir, name in names.items()}
    owned: dict[str, list[Window]] = {tree.git_dir: [] for tree in trees}
    homeless: list[Window] = []
    for window in windows:
        git_dir = by_name.get(window.owner) if window.owner and window.ours else None
        if git_dir is None:
            home = home_of(window, trees)
            git_dir = home.git_dir if home else None
        if git_dir is not None:
            owned[git_dir].append(window)
        elif window.ours:
            homeless.append(window)

    rows = [
        Joined(
            key=tree.git_dir,
            name=names[tree.git_dir],
            worktree=tree,
            windows=_ranked(names[tree.git_dir], owned[tree.git_dir]),
        )
        for tree in trees
    ]
    taken = set(names.values())
    for window in sorted(homeless, key=lambda w: (len(w.id), w.id)):
        try:
            wish = naming.slugify(window.name).value
        except UsageError:
            wish = "window"
        name = naming.unique(wish, taken)
        taken.add(name)
        rows.append(
            Joined(key=f"{WINDOW_KEY}{window.id}", name=name, worktree=None, windows=(window,))
        )
    return tuple(rows)
