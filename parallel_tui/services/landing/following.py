"""Follow moves of base for commands, which have no live view: whoever comes next tells of them."""

from __future__ import annotations

from contextlib import closing

from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.landing.simulation import Clash
from parallel_tui.model.session.join import join
from parallel_tui.model.view.after_landing import Behind
from parallel_tui.record import dataclass, replace
from parallel_tui.services.landing.aftermath import AfterLanding, Aftermath

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.view.after_landing import Concerned
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.overlaps import LandingLook


@dataclass(frozen=True, slots=True)
class BaseFollower:
    """Finds out whom moves of base concern.

    Attributes:
        git: Questions to git.
        look: Simulates.
        after: Tells the sessions.
    """

    git: GitReader
    look: LandingLook
    after: AfterLanding

    def follow(self) -> Aftermath:
        """Tell whoever is concerned by what has happened to base since somebody followed it.

        Two processes where nothing has.

        Raises:
            GitError: When git gave no answer.
            UsageError: When there is no base.
            RefusedError: When the sessions cannot be told.
            CouldNotLookError: When what sessions share is held by others, or cannot be written.
        """
        base = self.git.base(self.after.config.base)
        noted = self.after.followed.read()
        if noted == (base.ref, base.oid):
            return Aftermath(base.name)
        found = self.concerned(base, self.after.last(base))
        queued = self.after.tell(base, found)
        self.after.followed.write(base.ref, base.oid)
        return Aftermath(base.name, found, queued=queued)

    def concerned(
        self, base: Base, before: str, without: Collection[str] = ()
    ) -> tuple[Concerned, ...]:
        """Sessions that edit or use what was changed in base, and whether each conflicts now.

        Args:
            base: As it is now.
            before: Commit of base before.
            without: Names of sessions that are left out.

        Raises:
            GitError: When git gave no answer.
        """
        if before == base.oid:
            return ()
        there = [
            (each.key, each.name, tree, tree.head)
            for each in join(self.git.repository, self.git.worktrees(), ())
            if (tree := each.worktree) is not None and not tree.bare and not tree.missing
            if tree.head is not None and f"refs/heads/{tree.own_branch}" != base.ref
            if each.name not in without
        ]
        apart = self.git.divergences(base.oid, [head for _, _, _, head in there])
        some = [
            Behind(key, name, tree, head, frozenset(e.path for e in self.git.status(tree)))
            for key, name, tree, head in there
            if apart[head].behind
        ]
        found = self.after.meets(base, before, some)
        if not found:
            return ()
        heads = {each.name: each.head for each in some}
        names = [each.name for each in found]
        wanted = {name: heads[name] for name in names}
        try:
            with closing(self.look.begin(base.oid, wanted, Strategy.MERGE)) as trial:
                done = trial.in_base()
                told = trial.land(trial.start(), names)
        except CouldNotLookError:
            return found  # an old git cannot tell whether they conflict
        clash = {
            name
            for name, each in zip(names, told, strict=True)
            if isinstance(each, Clash) and not each.unknown
        }
        return tuple(
            replace(each, conflicts=each.name in clash) for each in found if each.name not in done
        )
