"""What the engine and the services may ask of the outside world.

Each neighbour answers with model values or raises a `ParallelError`; nothing here returns an empty
result for a question that could not be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from parallel_tui.model.fact import Fact
from parallel_tui.model.overlap.pairs import Overlap, PathDetail
from parallel_tui.model.session.diff import SessionDiff
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.repository import Base, Divergence, Repository
from parallel_tui.model.session.window import MuxListing, Resources, Window
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.consent import ApprovedPane, NamedFile
from parallel_tui.model.sharing.coordination import Coordination

Clock = Callable[[], float]
"""Epoch seconds. Injected, so that tests own time."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A local or remote-tracking branch.

    Attributes:
        name: Short name; for a remote one with the remote, `origin/feature/x`.
        oid: Commit it stands at.
        remote: Name of the remote; `None` for a local branch.
        worktree: Path of the worktree that has it checked out; `None` when none has.
        committed: Committer date of its tip, epoch seconds.
    """

    name: str
    oid: str
    remote: str | None = None
    worktree: str | None = None
    committed: int = 0


@dataclass(frozen=True, slots=True)
class IgnoredFiles:
    """The ignored files of a worktree, counted on disk.

    Attributes:
        count: Files, folders expanded; at least this many when `complete` is false.
        size: Bytes, likewise.
        names: Entries as git lists them (a wholly ignored folder once, ending in `/`), notable
            ones (`.env`, databases, keys) first.
        complete: Whether counting reached the end within its limits.
    """

    count: int
    size: int
    names: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Unlisted:
    """What a worktree holds that no `git status` of it lists.

    Attributes:
        hidden: Edited files that git was told not to see (skip-worktree, assume-unchanged).
        submodules: Paths of submodules that are checked out.
        repositories: Other repositories in it with work that is nowhere else, each with what that
            is; also places that could not be looked into.
    """

    hidden: tuple[str, ...] = ()
    submodules: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A running process.

    Attributes:
        pid: Process id.
        name: Short name.
        cwd: Working directory.
    """

    pid: int
    name: str
    cwd: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """How to bring a window before the user's eyes.

    Attributes:
        argv: Command to run.
        env: Whole environment for it.
        takes_terminal: Whether it needs the terminal for itself until the user detaches; if not,
            it switches the client that already shows us and returns at once.
        way_back: How to come back, in words (`detach with prefix d`).
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    takes_terminal: bool
    way_back: str


class GitReader(Protocol):
    """Questions to git that change nothing, not even an index."""

    @property
    def repository(self) -> Repository:
        """The repository all questions are about."""
        ...

    @property
    def version(self) -> tuple[int, ...]:
        """Version of the git program, such as `(2, 39, 5)`."""
        ...

    def patience(self, seconds: float) -> AbstractContextManager[None]:
        """Within this, a question asked by this thread is given up after so many seconds.

        Questions that say themselves how long they may take are not concerned.
        """
        ...

    def worktrees(self) -> tuple[Worktree, ...]:
        """All worktrees in git's order, operations and missing directories resolved.

        Costs one process whatever their number.
        """
        ...

    def trouble(self, worktree: Worktree) -> tuple[str, str] | None:
        """Why git does not work inside a worktree as it should, and what mends it.

        Asked as whoever types a command there would; one process, two in a bare one.

        Raises:
            GitError: When git could not be asked.
        """
        ...

    def base(self, configured: str | None) -> Base:
        """The branch to measure against.

        Raises:
            UsageError: When `configured` names no commit, or the repository has no commit yet.
            GitError: When git gave no answer.
        """
        ...

    def divergences(self, base: str, heads: Iterable[str]) -> Mapping[str, Divergence]:
        """Ahead and behind of each head against base, all object ids.

        Costs a number of processes that does not grow with the number of heads.
        """
        ...

    def status(
        self, worktree: Worktree, paths: Collection[str] | None = None
    ) -> tuple[StatusEntry, ...]:
        """What is uncommitted in a worktree, or at and below some literal paths of it."""
        ...

    def careful_status(self, worktree: Worktree) -> tuple[StatusEntry, ...]:
        """What is uncommitted in a worktree, whatever settings spare git a look at some files."""
        ...

    def hidden_edits(self, worktree: Worktree) -> tuple[str, ...]:
        """Edited files that git was told not to see (skip-worktree, assume-unchanged)."""
        ...

    def unlisted(self, worktree: Worktree) -> Unlisted:
        """What a worktree holds that no status of it lists.

        Raises:
            OSError: When a marked file cannot be read.
        """
        ...

    def tracked_directories(self, worktree: Worktree) -> frozenset[str]:
        """Directories, relative to the worktree, that hold a tracked file; `""` is its root."""
        ...

    def tracked_files(self, worktree: Worktree) -> tuple[str, ...]:
        """Paths that git tracks in a worktree, relative to it, in git's order; one process."""
        ...

    def branches(self) -> tuple[Branch, ...]:
        """Local and remote-tracking branches, most recently committed first; one process."""
        ...

    def resolve(self, revision: str) -> str:
        """Object id of the commit that a revision from outside names.

        Raises:
            UsageError: When it names none.
        """
        ...

    def diff(self, worktree: Worktree, base: Base, *, max_bytes: int = 400_000) -> SessionDiff:
        """What a worktree changed since it left base: commits, index, files, untracked ones.

        Args:
            worktree: Whose.
            base: Against what.
            max_bytes: Patch text beyond this is left out and marked as such.
        """
        ...

    def ignored(self, worktree: Worktree) -> IgnoredFiles:
        """Ignored files in a worktree: what `git worktree remove` deletes without a word."""
        ...

    def unreachable_commits(self, worktree: Worktree) -> tuple[str, ...]:
        """One line (`abc1234 subject`) a commit that only this worktree keeps alive.

        By its HEAD, its private references, or its HEAD's reflog alone.
        """
        ...

    def unpushed(self, branch: str) -> int | None:
        """Commits of a branch that no remote-tracking branch has; `None` without a remote."""
        ...

    def stashes(self, branch: str) -> tuple[str, ...]:
        """Stash entries made on a branch, one line each."""
        ...

    def untracked_matching(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """Untracked files of the main worktree that match gitignore patterns, relative to it."""
        ...

    def files_at(self, commit: str, paths: Sequence[str]) -> tuple[NamedFile, ...]:
        """The files of a commit among some paths, links followed; what is no file is left out.

        Args:
            commit: Object id.
            paths: Relative to the top, without newlines.
        """
        ...

    def tracked_in_claude(self) -> frozenset[str]:
        """Tracked paths below `.claude/` of the main worktree; git itself checks those out."""
        ...


class GitWriter(Protocol):
    """The few commands that change the repository. Each undoes nothing by itself."""

    def add_worktree(
        self, path: str, branch: str, *, start: str | None = None, track: str | None = None
    ) -> Worktree:
        """Make a worktree and check a branch out in it.

        Args:
            path: Absolute directory; must not exist.
            branch: Short branch name; created when `start` or `track` is given.
            start: Object id a new branch starts at.
            track: Remote-tracking branch (`origin/x`) a new branch starts at and follows.

        Raises:
            RefusedError: When the branch is checked out elsewhere or git refuses otherwise.
        """
        ...

    def name_session(self, worktree: Worktree, name: str) -> None:
        """Record the session name in the worktree's own git directory."""
        ...

    def remove_worktree(self, worktree: Worktree, *, discard: bool, locked: bool) -> None:
        """Unregister and delete one worktree, never more than that one.

        Args:
            worktree: Which; never the main one.
            discard: Whether uncommitted work may go with it.
            locked: Whether a `git worktree lock` may be overridden.
        """
        ...

    def delete_branch(self, branch: str, expected: str) -> None:
        """Delete a branch if it still stands at `expected` and is checked out nowhere."""
        ...


class Mux(Protocol):
    """A terminal multiplexer. One call answers for all windows."""

    def check(self) -> None:
        """Make sure that it can be used at all.

        Raises:
            MuxError: When it is not installed or too old, with the command to install it.
        """
        ...

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """All windows and panes, and the contents of some panes, in one process.

        Raises:
            MuxError: When it gave no usable answer. No server is an answer.
        """
        ...

    @property
    def notice(self) -> str:
        """What the user should know about which server is used; empty for nothing."""
        ...

    def oddities(self) -> tuple[tuple[str, str], ...]:
        """What is odd about the server that is used, each with what mends it; one process.

        Raises:
            MuxError: When it gave no usable answer.
        """
        ...

    def elsewhere(self) -> Mapping[str, tuple[Window, ...]]:
        """Windows on the other servers on which windows of this repository were opened.

        To be asked after `listing`, for that tells which server is ours.

        Returns:
            By socket, as `--tmux-socket` takes it. A server that ended is left out.

        Raises:
            MuxError: When one of them runs and cannot be asked.
        """
        ...

    def open_window(
        self,
        *,
        session: str,
        name: str,
        directory: str,
        panes: Sequence[ApprovedPane],
        env: Mapping[str, str],
    ) -> str:
        """Open a window in the repository's tmux session, making that session first if needed.

        Args:
            session: Name of the pdev session it is made for, stored with the window.
            name: Shown name.
            directory: Where its panes start.
            panes: Panes with their commands filled in; each ends in the user's shell.
            env: Variables set in its panes.

        Returns:
            The window's id.
        """
        ...

    def close_window(self, window_id: str) -> None:
        """Close one window. A window already gone is no error.

        Raises:
            MuxError: When it cannot be told whether it is gone.
        """
        ...

    def attachment(self, window_id: str, env: Mapping[str, str]) -> Attachment:
        """How to show a window from here.

        Args:
            window_id: Which.
            env: Our own environment; tells whether we run inside the same server.
        """
        ...


class Processes(Protocol):
    """The process table."""

    def sample(self, roots: Mapping[str, Collection[int]]) -> Mapping[str, Resources]:
        """CPU and memory of process trees, in one pass.

        Args:
            roots: Root process ids by window id.

        Returns:
            Use by window id; CPU is measured since the previous call, 0 at the first.
        """
        ...

    def standing_in(self, directory: str) -> tuple[Process, ...]:
        """Processes whose working directory is a directory or lies below it; never ourselves."""
        ...


class Terminals(Protocol):
    """Terminal emulators of the desktop."""

    def check(self) -> None:
        """Make sure that there is one to open, before anything is made for it.

        Raises:
            RefusedError: When none is known here; the hint names the setting.
            ConfigError: When the configured command cannot be used.
        """
        ...

    def open(self, argv: Sequence[str], *, title: str, directory: str) -> str:
        """Run a command in a new terminal window or tab.

        Returns:
            Name of the terminal program used.

        Raises:
            RefusedError: When none is known here; the hint names the setting.
        """
        ...


class SharedFiles(Protocol):
    """What sessions tell each other, below the coordination root."""

    def read(self) -> Coordination:
        """Everything that can be read now; what cannot be stands in its `problems`."""
        ...


class Trust(Protocol):
    """Contents that the user allowed to run, recorded by hash, for this user on this machine.

    What is passed as content is the key of a question (`model.consent.Question`).
    """

    def trusts(self, repository: str, content: str) -> bool:
        """Whether exactly this content of this repository was trusted."""
        ...

    def grant(self, repository: str, content: str) -> None:
        """Record trust in exactly this content."""
        ...


class Overlaps(Protocol):
    """What live sessions do to each other. One at a time; `close` ends it."""

    @property
    def doubtful(self) -> bool:
        """Whether the last update failed at something that the next one tries once more."""
        ...

    def update(
        self,
        base: str,
        sessions: Sequence[tuple[Worktree, Fact[tuple[StatusEntry, ...]]]],
        *,
        changed_first: str | None = None,
        staged: Mapping[str, str | None] = ...,
        cancelled: Callable[[], bool] = ...,
    ) -> Iterator[tuple[Overlap, ...]]:
        """Bring everything up to date, yielding all overlaps each time more of them is known.

        Args:
            base: Commit of base.
            sessions: Worktrees with their status.
            changed_first: Key of the session to answer for first.
            staged: Keys of sessions judged by what is staged alone, each with the index to take,
                or `None` for its own.
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

    def close(self) -> None:
        """Keep what is known for the next run, and delete all temporary objects."""
        ...
