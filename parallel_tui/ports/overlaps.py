"""Ports for predicting conflicts between sessions, and what comes of landing them.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from typing import Protocol

from parallel_tui.model.landing.simulation import Simulation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from parallel_tui.model.fact import Fact
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.landing.plan import ChangeSize, Strategy
    from parallel_tui.model.landing.readiness import Tip
    from parallel_tui.model.landing.resolution import Resolution
    from parallel_tui.model.overlap.branches import JudgedCommit
    from parallel_tui.model.overlap.pairs import Overlap, PathDetail
    from parallel_tui.model.overlap.telling import PathPatch
    from parallel_tui.model.session.branch import Branch
    from parallel_tui.model.session.git_status import StatusEntry
    from parallel_tui.model.session.worktree import Worktree


class Overlaps(Protocol):
    """Predicts conflicts between live sessions. Not thread-safe; `close` ends it."""

    @property
    def doubtful(self) -> bool:
        """Whether the last update failed at something that the next one will retry."""
        ...

    def update(
        self,
        base: str,
        sessions: Sequence[tuple[Worktree, Fact[tuple[StatusEntry, ...]]]],
        *,
        changed_first: str | None = None,
        staged: Mapping[str, str | None] = ...,
        shared: Sequence[SharedSession] = ...,
        cancelled: Callable[[], bool] = ...,
    ) -> Iterator[tuple[Overlap, ...]]:
        """Predict again where work has changed, yielding all overlaps, sorted, after each step.

        Args:
            base: Commit of base.
            sessions: Worktrees with their status.
            changed_first: Key of the session to answer for first.
            staged: Keys of sessions judged by what is staged alone, each with its index, if any.
            shared: Sessions of other machines, each judged with each of these sessions.
            cancelled: Asked between steps; what is not known by then stays stale or pending.
        """
        ...

    def detail(
        self, base: str, a: str, b: str | None, path: str, *, max_bytes: int = 200_000
    ) -> PathDetail:
        """Both sides' hunks of a path, who wrote them, and the file as git would leave it.

        Raises:
            CouldNotLookError: When a session is not known to the last update, or git gave no
                answer.
        """
        ...

    def patches(self, base: str, key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        """What a session changes in some paths, by path; others than it changes are left out.

        Nothing is asked of git again while its work and base stand.

        Raises:
            CouldNotLookError: When it is not known to the last update, or cannot be compared.
            GitError: When git gave no answer.
        """
        ...

    def close(self) -> None:
        """Save verdicts for the next run, and delete all temporary objects."""
        ...


class CommitOverlaps(Protocol):
    """Judges one commit where there are no sessions, as in a fresh clone. Not thread-safe."""

    def judge(self, base: str, head: str, others: Sequence[Branch]) -> JudgedCommit:
        """How a commit lands on base, and how it goes together with other branches.

        Args:
            base: Commit of base.
            head: The commit.
            others: Branches that are in work too.

        Raises:
            GitError: When the commit or base is not there, or git gave no answer at all.
        """
        ...

    def close(self) -> None:
        """Delete all temporary objects."""
        ...


class EditOverlaps(Protocol):
    """Judges an edit that nobody has made yet. Not thread-safe."""

    def judge(
        self,
        base: str,
        sessions: Sequence[tuple[Worktree, Fact[tuple[StatusEntry, ...]]]],
        key: str,
        path: str,
        lines: tuple[int, int] | None,
    ) -> tuple[Overlap, ...]:
        """What an edit in a session would overlap with: base first, then every other session.

        What the session's work overlaps with in other files is left out, unless the edit makes it
        worse.

        Args:
            base: Commit of base.
            sessions: Worktrees with their status.
            key: Key of the session that edits.
            path: The file, relative to the root; it need not exist yet.
            lines: First and last line that would be replaced, from 1; `None` for all of it.

        Raises:
            UsageError: When the path is no file, or has no such lines.
            GitError: When git gave no answer.
        """
        ...

    def close(self) -> None:
        """Delete all temporary objects."""
        ...


class LandingTrial(Simulation, Protocol):
    """Lands the heads of sessions upon each other. Not thread-safe; `close` ends it."""

    def in_base(self) -> frozenset[str]:
        """Names of those of whose work base has everything already."""
        ...

    def drivers(self) -> Mapping[str, tuple[str, ...]]:
        """Paths that more than one side changes, by the user's merge driver that merges them.

        Two processes the first time; none where nobody meets.
        """
        ...

    def groups(self) -> Sequence[frozenset[str]]:
        """Sets of names that cannot influence how those of other sets land."""
        ...

    def apart(self) -> frozenset[frozenset[str]]:
        """Pairs of names of which never both land, whatever else does; not all there are."""
        ...

    def sizes(self, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], ChangeSize]:
        """How much differs between two trees, by pair; one process for all that are new.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def copies(self, name: str) -> Sequence[tuple[str, str]]:
        """What a rebase makes of a branch's commits on base as it is, oldest first.

        Args:
            name: Which; it has been landed there.

        Returns:
            Each commit, and the tree of its copy.
        """
        ...

    def keep(self, trees: Sequence[str]) -> None:
        """Write trees of the simulation into the repository, so that commits can be made of them.

        Raises:
            GitError: When they cannot be written; nothing refers to what was.
        """
        ...

    def commit(self, tree: str, parents: Sequence[str], message: str, when: int) -> str:
        """Make a commit among the temporary objects; the same input gives the same id.

        Args:
            tree: Its tree.
            parents: Its parents.
            message: What it says of itself.
            when: Its time, in epoch seconds.

        Raises:
            CouldNotLookError: When it cannot be written.
        """
        ...

    def pack(self, commit: str) -> bytes:
        """All temporary objects that a commit needs, as git packs them; one process.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def known(self, marked: str, paths: Sequence[str]) -> frozenset[str]:
        """Paths of a clash that git remembers how to resolve.

        Args:
            marked: Tree with the conflict markers, of a `Clash`.
            paths: What conflicts.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def close(self) -> None:
        """Delete all temporary objects. Closing twice is no error."""
        ...


class LandingLook(Protocol):
    """Reads what a plan of landings needs."""

    def tips(self, heads: Sequence[str]) -> Mapping[str, Tip]:
        """What is told of the last commit of each head; one process.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def built(self, base: str, heads: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
        """By name, the others whose head is among its own commits; one process.

        Args:
            base: Commit of base; what it has counts for nobody.
            heads: Commits by name. Two with the same are not built on each other.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def begin(
        self, base: str, heads: Mapping[str, str], strategy: Strategy, *, resolved: bool = False
    ) -> LandingTrial:
        """Begin to simulate.

        Args:
            base: Commit of base.
            heads: Commits to land, by name.
            strategy: How they are landed.
            resolved: Whether a conflict is no obstacle of which git remembers how it was resolved:
                it lands as it was resolved then.

        Raises:
            CouldNotLookError: When git gave no answer, or is too old to simulate.
        """
        ...


class Resolutions(Protocol):
    """Knows how conflicts were resolved before; asking changes nothing."""

    def on(self) -> bool:
        """Whether git remembers resolutions in this repository.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def kept(self) -> tuple[Resolution, ...]:
        """What is remembered, the latest first; what cannot be read is left out."""
        ...

    def forget(self, resolution: Resolution) -> None:
        """Forget one.

        Raises:
            RefusedError: When it cannot be deleted.
        """
        ...

    def known(self, marked: Mapping[str, bytes]) -> frozenset[str]:
        """Paths whose conflict was resolved before, exactly as it is now.

        Args:
            marked: Files as a merge leaves them, with conflict markers, by path.
        """
        ...
