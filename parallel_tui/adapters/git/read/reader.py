"""Read-only git commands: the facade over this folder, each part imported when it is asked."""

from __future__ import annotations

from parallel_tui.adapters.git.read import refs
from parallel_tui.adapters.git.read.status import read_status
from parallel_tui.adapters.git.repo.locate import parse
from parallel_tui.adapters.git.repo.worktree_list import resolve
from parallel_tui.errors import GitError
from parallel_tui.model.session.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from parallel_tui.adapters.git.read.divergence import Divergences
    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.model.lifecycle.inventory import IgnoredFiles, Unlisted
    from parallel_tui.model.session.branch import Branch
    from parallel_tui.model.session.diff import SessionDiff
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.repository import Base, Divergence, Repository
    from parallel_tui.model.settings.consent_question import NamedFile


class GitCommands:
    """Implements `GitReader`. Thread-safe."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._divergences: Divergences | None = None
        self._unmarked: dict[str, tuple[int, ...]] = {}

    @property
    def repository(self) -> Repository:
        """The repository that all answers are about."""
        return self._runner.repository

    @property
    def version(self) -> tuple[int, ...]:
        """Version of the git program."""
        return self._runner.version

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Limit every question of this thread in the block to a number of seconds."""
        return self._runner.patience(seconds)

    def worktrees(self) -> tuple[Worktree, ...]:
        """All worktrees in git's order; one process (with reftables two) whatever their number."""
        try:
            output = self._runner.run(["worktree", "list", "--porcelain", "-z"]).stdout
        except GitError as error:
            from parallel_tui.adapters.git.run.failure import too_old
            from parallel_tui.model.git_version import Needs

            if error.status == 129 and not Needs.ANYTHING.met_by(self.version):
                raise too_old(self.version) from error
            raise
        trees = resolve(self.repository, parse(output))
        if not self.repository.reftable:
            return trees
        from parallel_tui.adapters.git.repo.pseudo_refs import with_operations

        return with_operations(self._runner, trees)

    def trouble(self, worktree: Worktree) -> tuple[str, str] | None:
        """Why git does not work inside a worktree, and how to fix it."""
        from parallel_tui.adapters.git.repo import within

        return within.trouble(self.repository, worktree)

    def base(self, configured: str | None) -> Base:
        """The branch to measure against; mostly one process, at most five."""
        return refs.BaseFinder(self._runner).find(configured)

    def divergences(self, base: str, heads: Iterable[str]) -> Mapping[str, Divergence]:
        """Ahead and behind of each head; one process, see `history` for the far ones."""
        if self._divergences is None:
            from parallel_tui.adapters.git.read.divergence import Divergences

            self._divergences = Divergences(self._runner)
        return self._divergences.of(base, heads)

    def status(
        self, worktree: Worktree, paths: Collection[str] | None = None
    ) -> tuple[StatusEntry, ...]:
        """Uncommitted changes of a worktree, or at and below some literal paths; one process."""
        return read_status(self._runner, worktree, paths)

    def careful_status(self, worktree: Worktree) -> tuple[StatusEntry, ...]:
        """Uncommitted changes of a worktree, with every file checked; one process."""
        return read_status(self._runner, worktree, None, careful=True)

    def tracked_directories(self, worktree: Worktree) -> frozenset[str]:
        """Directories that hold a tracked file; one process."""
        from parallel_tui.adapters.git.read import inventory

        return inventory.tracked_directories(self._runner, worktree)

    def tracked_files(self, worktree: Worktree) -> tuple[str, ...]:
        """Paths that git tracks in a worktree; one process."""
        from parallel_tui.adapters.git.read import inventory

        return inventory.tracked_files(self._runner, worktree)

    def branches(self) -> tuple[Branch, ...]:
        """Local and remote-tracking branches, most recently committed first; one process."""
        return refs.branches(self._runner)

    def resolve(self, revision: str) -> str:
        """Object id of the commit that a revision given by a user names; one process."""
        return refs.resolve(self._runner, revision)

    def diff(self, worktree: Worktree, base: Base, *, max_bytes: int = 400_000) -> SessionDiff:
        """A worktree's changes since it left base; four processes."""
        from parallel_tui.adapters.git.read.diff import read_diff

        return read_diff(self._runner, worktree, base, max_bytes=max_bytes)

    def ignored(self, worktree: Worktree) -> IgnoredFiles:
        """Ignored files in a worktree, counted on disk; one process."""
        from parallel_tui.adapters.git.read import inventory

        return inventory.ignored(self._runner, worktree)

    def unreachable_commits(
        self, worktree: Worktree, among: Sequence[Worktree] | None = None
    ) -> tuple[str, ...]:
        """Commits that only this worktree keeps alive; one process, rarely two.

        Args:
            worktree: Which.
            among: All worktrees as they were just read; read now by default, by one more process.
        """
        from parallel_tui.adapters.git.unlisted import only_here

        trees = self.worktrees() if among is None else among
        heads = {tree.git_dir: tree.head for tree in trees}
        return only_here.commits(self._runner, worktree, heads)

    def unpushed(self, branch: str) -> int | None:
        """Commits no remote-tracking branch has; two processes, `None` without a remote."""
        any_remote = ["for-each-ref", "--count=1", "--format=%(refname)", "refs/remotes"]
        if not self._runner.run(any_remote).stdout:
            return None
        args = ["rev-list", "--count", f"refs/heads/{branch}", "--not", "--remotes", "--"]
        return int(self._runner.run(args).text)

    def stashes(self, branch: str) -> tuple[str, ...]:
        """Stash entries made on a branch; one process."""
        from parallel_tui.adapters.git.read import inventory

        return inventory.stashes(self._runner, branch)

    def hidden_edits(self, worktree: Worktree) -> tuple[str, ...]:
        """List edited files marked skip-worktree or assume-unchanged.

        One or two processes; none where an index that had no such marks is the same file still.
        """
        from parallel_tui.adapters.git.unlisted import hidden_edits as hidden

        now = hidden.state_of_index(worktree)
        if now is not None and self._unmarked.get(worktree.git_dir) == now:
            return ()
        tracked = hidden.read_index(self._runner, worktree)
        if now is not None and not tracked.marked:
            self._unmarked[worktree.git_dir] = now
        return hidden.edited(self._runner, worktree, tracked)

    def unlisted(self, worktree: Worktree) -> Unlisted:
        """Contents of a worktree that no status lists; one process, rarely more."""
        from parallel_tui.adapters.git.unlisted import hidden_edits as hidden
        from parallel_tui.adapters.git.unlisted import nested_repositories
        from parallel_tui.model.lifecycle.inventory import Unlisted

        tracked = hidden.read_index(self._runner, worktree)
        edits = hidden.edited(self._runner, worktree, tracked)
        return Unlisted(
            edits, tracked.submodules, nested_repositories.work_in(worktree, tracked.submodules)
        )

    def untracked_matching(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """Untracked files of the main worktree that match gitignore patterns; one process."""
        from parallel_tui.adapters.git.read import inventory

        return inventory.untracked_matching(self._runner, self._main(), patterns)

    def untracked_at(self, worktree: Worktree, paths: Sequence[str]) -> tuple[str, ...]:
        """Files at and below literal paths that git neither tracks nor ignores; one process."""
        from parallel_tui.adapters.git.read import inventory

        return inventory.untracked_at(self._runner, worktree, paths)

    def tracked_in_claude(self) -> frozenset[str]:
        """Tracked paths below `.claude/` of the main worktree; one process."""
        from parallel_tui.adapters.git.read import inventory

        return inventory.tracked_below(self._runner, self._main(), ".claude")

    def files_at(self, commit: str, paths: Sequence[str]) -> tuple[NamedFile, ...]:
        """Files of a commit among some paths; at most two processes."""
        from parallel_tui.adapters.git.read.files_at import files_at

        return files_at(self._runner, commit, paths)

    def _main(self) -> Worktree:
        repository = self.repository
        return Worktree(
            path=repository.main_path,
            git_dir=repository.common_dir,
            head=None,
            branch=None,
            is_main=True,
            bare=repository.bare,
        )
