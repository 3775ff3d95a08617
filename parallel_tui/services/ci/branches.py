"""Judge the commit of a run against base and against the branches of the remote repository."""

from __future__ import annotations

from parallel_tui.errors import CouldNotLookError, UsageError
from parallel_tui.model.ci.event import QUEUE
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.session.repository import Base
from parallel_tui.model.text import globs
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from parallel_tui.model.ci.breach import Breach
    from parallel_tui.model.ci.event import CiEvent
    from parallel_tui.model.fact import Unknown
    from parallel_tui.model.overlap.branches import OtherBranch
    from parallel_tui.model.session.branch import Branch
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.overlaps import CommitOverlaps
    from parallel_tui.ports.policy import BoundaryCheck
    from parallel_tui.ports.system import Clock

WHOLE: Final = (
    "Let the run fetch all branches with their history: fetch-depth: 0 for actions/checkout, "
    'GIT_DEPTH: "0" for GitLab.'
)
_USUAL_REMOTE: Final = "origin"


@dataclass(frozen=True, slots=True)
class CiChecked:
    """Result of a check.

    Attributes:
        event: What the run is about.
        head: The commit that was judged.
        branch: The branch it is from; empty where it has none here.
        base: What it is meant for.
        verdict: Against base, or why that is not known.
        others: Other branches, worst first.
        old: How many others were left out because nobody committed to them lately.
        breaches: What leaves the boundaries; `None` where nobody asked.
    """

    event: CiEvent
    head: str
    branch: str
    base: Base
    verdict: Verdict | Unknown
    others: tuple[OtherBranch, ...]
    old: int
    breaches: tuple[Breach, ...] | None = None

    @property
    def conflicts(self) -> bool:
        """Whether it cannot be merged to base as it is."""
        return isinstance(self.verdict, Verdict) and self.verdict.level is Level.CONFLICT

    @property
    def unknown(self) -> str:
        """Why it is not known whether it can be merged; empty when it is known."""
        if isinstance(self.verdict, Verdict):
            return self.verdict.limited
        return self.verdict.reason

    @property
    def hint(self) -> str:
        """What to do where the clone lacks history."""
        return WHOLE

    @property
    def trespasses(self) -> bool:
        """Whether anything is changed that may not be."""
        return any(each.denied for each in self.breaches or ())


@dataclass(frozen=True, slots=True)
class CiChecker:
    """Judges the commit of a run.

    Attributes:
        git: Questions to git.
        config: Effective settings.
        overlaps: Makes what judges.
        clock: Time.
        boundaries: Judges what belongs to whom; `None` where nothing does.
    """

    git: GitReader
    config: Config
    overlaps: Callable[[], CommitOverlaps]
    clock: Clock
    boundaries: BoundaryCheck | None = None

    def check(
        self,
        event: CiEvent,
        *,
        base: str | None = None,
        branch: str = "",
        among: Sequence[str] = (),
        age: float | None = None,
        boundaries: bool = False,
    ) -> CiChecked:
        """Judge the commit of a run.

        Args:
            event: What the run is about.
            base: Base to use instead of the one that the run is meant for.
            branch: The branch that the commit is from, where the event does not say.
            among: Patterns of branches to compare with; all by default.
            age: Leave branches out whose last commit is older, in seconds.
            boundaries: Whether to judge boundaries too, where there is what judges them.

        Raises:
            UsageError: When a pattern or the base is none.
            CouldNotLookError: When the clone lacks the commit or base.
            GitError: When git gave no answer.
        """
        patterns = [globs.compile_pattern(each) for each in among]
        listed = self.git.branches()
        remote = _remote(listed)
        there = {each.name: each for each in listed if each.remote == remote}
        head = self._head(event)
        target = self._base(event, base, remote, there)
        ours = event.branch or branch
        others = [
            each
            for name, each in there.items()
            if name != target.name and _short(each) != ours and not _short(each).startswith(QUEUE)
            if not patterns or any(one.matches(_short(each)) for one in patterns)
        ]
        since = self.clock() - age if age is not None else 0.0
        young = [each for each in others if each.committed >= since]
        overlaps = self.overlaps()
        try:
            judged = overlaps.judge(target.oid, head, young)
        finally:
            overlaps.close()
        told: tuple[Breach, ...] | None = None
        if boundaries and self.boundaries is not None:
            told = self.boundaries.breaches(target.oid, head, ours)
        return CiChecked(
            event,
            head,
            ours,
            target,
            judged.verdict,
            tuple(sorted(judged.others, key=_rank)),
            len(others) - len(young),
            told,
        )

    def _head(self, event: CiEvent) -> str:
        for revision in event.heads:
            try:
                return self.git.resolve(revision)
            except UsageError:
                continue
        named = event.heads[0]
        if named == "HEAD":
            raise CouldNotLookError("No commit is checked out here")
        raise CouldNotLookError(f"The commit {named} is not in this clone", hint=WHOLE)

    def _base(
        self, event: CiEvent, given: str | None, remote: str, there: dict[str, Branch]
    ) -> Base:
        """The remote's branch rather than a local one of its name, which nobody keeps up to date.

        What the command line says comes first, then what the run is meant for, then what is set.
        """
        if given is None and event.base_commit:
            name = event.base or event.base_commit[:10]
            return Base(name, event.base_commit, self._fixed(event.base_commit), "event")
        wanted = event.base if given is None else given
        source = "event" if given is None else "command line"
        if not wanted:
            found = self.git.base(self.config.base)
            wanted, source = found.name, found.source
            if found.name not in there and f"{remote}/{found.name}" not in there:
                return found
        for name in (f"{remote}/{wanted}", wanted):
            if name in there:
                return Base(name, f"refs/remotes/{name}", there[name].oid, source)
        if given is not None:
            return Base(given, given, self.git.resolve(given), source)
        raise CouldNotLookError(
            f"The branch {wanted}, which this is meant for, is not in this clone", hint=WHOLE
        )

    def _fixed(self, commit: str) -> str:
        try:
            return self.git.resolve(commit)
        except UsageError as error:
            raise CouldNotLookError(
                f"The commit {commit} of base is not in this clone", hint=WHOLE
            ) from error


def _remote(branches: Sequence[Branch]) -> str:
    """The remote repository's name here: `origin`, else the only one."""
    names = {each.remote for each in branches if each.remote}
    return next(iter(names)) if len(names) == 1 else _USUAL_REMOTE


def _short(branch: Branch) -> str:
    """A branch's name in the remote repository."""
    return branch.name.removeprefix(f"{branch.remote}/")


def _rank(other: OtherBranch) -> tuple[int, str]:
    verdict = other.verdict
    level = verdict.level if isinstance(verdict, Verdict) and other.meets else 0
    return (-level if isinstance(verdict, Verdict) else 1, other.branch.name)
