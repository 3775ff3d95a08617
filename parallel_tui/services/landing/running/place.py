"""Where base stands, and whether it can be moved there."""

from __future__ import annotations

from parallel_tui.errors import RefusedError
from parallel_tui.model.session.join import join
from parallel_tui.model.sync.sync import skip_of
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.sync import SyncSteps


@dataclass(frozen=True, slots=True)
class BasePlace:
    """Looks at base.

    Attributes:
        git: Questions to git.
        acts: Looks at worktrees exactly.
    """

    git: GitReader
    acts: SyncSteps

    def home(self, base: str) -> Worktree | None:
        """The worktree that has base checked out, proved to be clean; `None` when none has.

        Args:
            base: Short name of base.

        Raises:
            RefusedError: When it is not clean, an operation is under way in it, its directory is
                gone, or base is checked out in several.
            GitError: When git gave no answer.
        """
        trees = self.git.worktrees()
        tree = next((each for each in trees if not each.bare and each.own_branch == base), None)
        if tree is None:
            return None
        where = f"{base} is checked out in {tree.path}"
        status = () if tree.missing or tree.operation else self.git.status(tree)
        found = skip_of(tree, trees, "", status=status)
        if found is not None:
            raise RefusedError(
                f"{where}, and nothing can be landed there: {found[1]}",
                hint="Commit it or put it away, finish what is under way, then try again.",
            )
        try:
            hidden = self.git.hidden_edits(tree)
        except OSError as error:
            raise RefusedError(f"{where}, which cannot be looked at: {error}") from error
        if hidden:
            raise RefusedError(
                f"{where}, where {hidden[0]!r} was edited and git is told not to look",
                hint="git update-index --no-assume-unchanged and --no-skip-worktree show it again.",
            )
        self.acts.demand_own(tree)
        return tree

    def others(self, base: str, without: frozenset[str]) -> tuple[str, ...]:
        """Names of all sessions with a worktree, but for that of base and some more.

        Args:
            base: Short name of base.
            without: Names that are left out.
        """
        return tuple(
            each.name
            for each in join(self.git.repository, self.git.worktrees(), ())
            if (tree := each.worktree) is not None and not tree.bare and not tree.missing
            if tree.own_branch != base and each.name not in without
        )
