"""Find the repository that a directory belongs to."""

# On the way to the first paint, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH110, PTH112, PTH119

from __future__ import annotations

import os

from parallel_tui.adapters.git.repo import identity
from parallel_tui.adapters.git.repo.locate import locate, read_listing
from parallel_tui.adapters.git.run import plain
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.model.session.listing import ListedWorktree, Located
from parallel_tui.model.session.repository import Repository
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


def discover(start: str) -> Repository:
    """Find the repository of a directory: a worktree, a folder in one, a `.git`, or a bare one.

    Costs two processes.

    Args:
        start: An existing directory.

    Raises:
        UsageError: When it does not exist or belongs to no repository.
        GitError: When git is missing, too old, or does not answer.
    """
    return find(start)[0]


def find(start: str) -> tuple[Repository, tuple[ListedWorktree, ...]]:
    """Like `discover`, with the list of worktrees that was read for it."""
    return found(locate(start))


def found(located: Located) -> tuple[Repository, tuple[ListedWorktree, ...]]:
    """Build the repository from git's answers, with the real paths of its worktrees.

    Where git's answers are odd (see `identity`), one process more.
    """
    asked, listed = located.asked, located.listed
    common, own = os.path.realpath(asked.common), os.path.realpath(asked.own)
    said_bare = listed[0].bare
    unknown = False
    place = identity.place_of(common)
    if place is not None:
        bare = not identity.has_checkout(common, place, said_bare=said_bare)
        main = listed[0].path if bare else place.path
        root = f"{common}/pdev" if bare else f"{main.rstrip('/')}/.claude"
        name = _name(main, bare=bare)
    else:
        named = None if said_bare else _work_tree_of(common)
        main = named or _seen(common, own, asked.toplevel) or ""
        has_index = os.path.exists(f"{common}/index")  # which only a checkout has
        bare = not main and (said_bare or not has_index)
        unknown = not main and not bare
        main = main or (listed[0].path if bare else common)
        # Where nothing in the git directory leads to its main worktree, what is shared is kept in
        # the git directory itself, which every worktree finds.
        root = f"{common}/pdev" if named is None else f"{named.rstrip('/')}/.claude"
        name = _name(named or common, bare=named is None)
    if said_bare != bare:
        listed = read_listing(common, bare=bare)
    repository = Repository(
        name=name,
        common_dir=common,
        main_path=main,
        bare=bare or unknown,
        coordination_root=root,
        reftable=os.path.isdir(f"{common}/reftable"),
        main_unknown=unknown,
    )
    return repository, (replace(listed[0], path=main, bare=bare or unknown), *listed[1:])


def _work_tree_of(common: str) -> str | None:
    """Main worktree of a git directory elsewhere that names it, as with submodules."""
    args = [f"--git-dir={common}", "rev-parse", "--path-format=absolute", "--show-toplevel"]
    status, output, _ = plain.ask(args, directory=common)
    # Without `core.worktree` git takes the directory it was asked in.
    named = text(output)[:-1] if status == 0 and output else common
    # One that does not lead back was set by mistake: it names a folder, and no worktree.
    return named if identity.leads_to(named, common) else None


def _seen(common: str, own: str, toplevel: str | None) -> str | None:
    """Path of the main worktree: the current one, or the last recorded one."""
    known = identity.recorded_main(common)
    if own == common and toplevel is not None and identity.leads_to(toplevel, common):
        if known != toplevel:
            identity.record_main(common, toplevel)
        return toplevel
    return known


def _name(path: str, *, bare: bool) -> str:
    above, last = os.path.split(path.rstrip("/"))
    if not bare:
        return last or "repository"
    # A bare repository is `app.git`, or hidden in its project's folder as `app/.git`, `app/.bare`.
    if last.startswith("."):
        return os.path.basename(above) or "repository"
    return last.removesuffix(".git") or last
