"""Predict conflicts between live sessions once, for `pdev check`."""

from __future__ import annotations

from parallel_tui.errors import CouldNotLookError, GitError, UsageError
from parallel_tui.model import side_by_side
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.overlap.verdict import Level
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.overlaps import Overlaps
    from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class Checked:
    """Result of a check.

    Attributes:
        base: What the sessions were landed on.
        names: Session names by key.
        overlaps: Every pair that was asked for, base included, worst first.
        unseen: Why sessions of other machines are not among them; empty where they are.
    """

    base: Base
    names: Mapping[str, str]
    overlaps: tuple[Overlap, ...]
    unseen: str = ""

    def reaches(self, level: Level) -> bool:
        """Whether any pair has at least this level and is not merged to base already."""
        return any(each.concern is not None and each.concern >= level for each in self.overlaps)

    @property
    def doubtful(self) -> bool:
        """Whether any pair has no verdict, or only one from file names that proves nothing."""
        return bool(self.unseen) or any(
            not isinstance(each.verdict, Verdict) or each.verdict.limited for each in self.overlaps
        )


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges all overlaps once.

    Attributes:
        git: Questions to git.
        sessions: Look-up of sessions.
        config: Effective settings.
        overlaps: Makes what predicts.
        shared: Reads what other machines share.
    """

    git: GitReader
    sessions: Sessions
    config: Config
    overlaps: Callable[[], Overlaps]
    shared: Callable[[], Sequence[SharedSession]] = tuple

    def check(
        self,
        wanted: str | None = None,
        *,
        staged_in: str | None = None,
        index: str | None = None,
        against: str | None = None,
    ) -> Checked:
        """Judge all sessions, or one against all others.

        Args:
            wanted: Name or key of the one session; `None` for all pairs.
            staged_in: A directory: the session it belongs to is the one, and of its work only
                what is staged counts.
            index: The index that is about to be committed, where git names another than the
                worktree's own.
            against: Base to use instead of the configured one.

        Raises:
            UsageError: When there is no such session or base.
            GitError: When git gave no answer.
        """
        base = self._base(against)
        joined = [each for each in self.sessions.all() if each.worktree is not None]
        shared: Sequence[SharedSession] = ()
        unseen = ""
        try:
            shared = self.shared()
        except CouldNotLookError as error:
            unseen = f"sessions of other machines are not known and do not count: {error}"
        names = {each.key: each.name for each in joined} | {each.key: each.key for each in shared}
        trees = [each.worktree for each in joined if each.worktree and not each.worktree.bare]
        only: str | None = None
        staged: dict[str, str | None] = {}
        if staged_in is not None:
            home = self.sessions.standing_in(staged_in)
            if home is None or home.worktree is None or home.worktree.bare:
                raise UsageError(f"{staged_in} is in no worktree, so nothing is staged there")
            only, staged = home.key, {home.key: index}
        elif wanted is not None:
            only = self.sessions.find(wanted).key
            if only not in {tree.git_dir for tree in trees}:
                raise UsageError(f"{wanted} has no work tree to compare")

        statuses = statuses_of(self.git, trees)
        # Whoever predicts asks for it, and finds it answered then.
        side_by_side.begin(lambda git: git.version, [self.git], threads=1)
        board = self.overlaps()  # much to import, while git answers
        try:
            subjects = list(zip(trees, statuses(), strict=True))
            found: tuple[Overlap, ...] = ()
            for found in board.update(
                base.oid, subjects, changed_first=only, staged=staged, shared=shared
            ):
                if only is not None and _complete(found, only):
                    break
        finally:
            board.close()
        about = [each for each in found if only is None or only in each.pair]
        return Checked(base, names, tuple(sorted(about, key=_rank)), unseen)

    def _base(self, against: str | None) -> Base:
        if against is None:
            return self.git.base(self.config.base)
        hint = "--against takes a branch, a tag or a commit."
        if not against:
            raise UsageError("The base to compare with is empty", hint=hint)
        try:
            return self.git.base(against)
        except UsageError as error:
            raise UsageError(
                f"{against!r} is no commit that sessions can be compared with", hint=hint
            ) from error


def statuses_of(
    git: GitReader, trees: Sequence[Worktree]
) -> Callable[[], Sequence[tuple[StatusEntry, ...] | Unknown]]:
    """Begin to read the status of worktrees; what is returned waits for all, in their order."""

    def status(tree: Worktree) -> tuple[StatusEntry, ...] | Unknown:
        if tree.missing:
            return Unknown(f"its directory {tree.path} is gone")
        try:
            return git.status(tree)
        except GitError as error:
            return Unknown(error.message)

    return side_by_side.begin(status, trees, threads=2)


def _complete(found: tuple[Overlap, ...], only: str) -> bool:
    return all(
        isinstance(each.verdict, Verdict | Unknown) and not each.stale
        for each in found
        if only in each.pair
    )


def _rank(overlap: Overlap) -> tuple[int, bool, str, str]:
    level = overlap.level
    return (-level if level is not None else 1, overlap.b is None, overlap.a, overlap.b or "")
