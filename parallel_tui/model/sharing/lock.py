"""Locks: who may write a path. Pure rules; files and processes are looked at elsewhere.

The guide keeps a lock in `.claude/locks/<path with / as _>.lock`, whose content is the owner. That
*name* is the mutex here too, so that the guide's script and this program respect each other: two
paths that share a name can never both be granted. What the guide does not record (exact path,
process, times, reason, generation) stands in a sidecar; a lock without one is foreign.
"""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.errors import UsageError
from parallel_tui.model.text import automaton, globs
from parallel_tui.record import dataclass

ON = " on "
"""Between a session and its machine."""


class Liveness(StrEnum):
    """Whether the session that holds a lock still exists. Only proof counts as dead."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


class LockState(StrEnum):
    """What may be done about a lock by somebody else."""

    HELD = "held"
    TAKEABLE = "takeable"
    """Its time is over, its owner is not proved dead: a deliberate takeover is allowed."""
    DEAD = "dead"
    """Its owner is proved dead: the next to ask gets it."""
    FOREIGN = "foreign"
    """Made by another program: held, never broken by itself."""
    UNKNOWN = "unknown"
    """Cannot be read: held."""


def who(session: str, machine: str) -> str:
    """A session, with its machine where that is another one."""
    return f"{session}{ON}{machine}" if machine else session


@dataclass(frozen=True, slots=True)
class Holder:
    """The process a session's life is proved by.

    Attributes:
        host: Machine it runs on.
        boot: Identity of that machine's current boot.
        pid: Process id of the agent, else of the window's pane.
        start: When that process started, in the kernel's own unit, against reuse of ids.
    """

    host: str
    boot: str
    pid: int
    start: str


@dataclass(frozen=True, slots=True)
class ScriptLock:
    """A lock file that another program made on a machine whose locks stand on a server.

    Attributes:
        owner: Whom it names.
        host: The machine.
        root: The coordination root there.
        file: Tells the file apart from a later one of the same name.
    """

    owner: str
    host: str
    root: str
    file: str


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock as it stands.

    Attributes:
        name: File name without `.lock`; the mutex.
        target: Path or pattern relative to the repository; for a foreign lock a guess.
        owner: Name of the session that holds it; `None` when it cannot be read.
        since: When it was granted, epoch seconds.
        reason: Why, as given.
        ttl: Seconds after which it becomes takeable; `None` for never.
        generation: Grows with every grant of this name, also over releases and takeovers.
        holder: Process of the owner, where one was known.
        worktree: Git directory of the owner's worktree, where it had one; gone with the session.
        foreign: Whether it has no sidecar of ours.
        problem: Why it cannot be read; `None` when it can.
        renewed: When its owner was last seen to hold on to it, from which its time counts.
        script: The file of another program by which it was claimed on a server.
        rivals: Files of the same name that other programs made since, and that count for nothing.
        elsewhere: The machine whose session holds it, where that is another one: sessions of two
            machines may have the same name, and are two for all that.
    """

    name: str
    target: str
    owner: str | None
    since: float | None = None
    reason: str = ""
    ttl: float | None = None
    generation: int = 0
    holder: Holder | None = None
    worktree: str | None = None
    foreign: bool = False
    problem: str | None = None
    renewed: float | None = None
    script: ScriptLock | None = None
    rivals: tuple[ScriptLock, ...] = ()
    elsewhere: str = ""

    def is_of(self, session: str | None) -> bool:
        """Whether a session of this machine holds it."""
        return self.owner is not None and self.owner == session and not self.elsewhere

    @property
    def whose(self) -> str:
        """Who holds it, and on which machine where that is another one."""
        return who(self.owner or "somebody unknown", self.elsewhere)

    @property
    def pattern(self) -> automaton.Pattern:
        """The paths it covers; what is guessed of a foreign lock may be no pattern at all."""
        try:
            return compile_target(self.target)
        except UsageError:
            return globs.literal(self.target)

    def state(self, now: float, liveness: Liveness) -> LockState:
        """What others may do about it.

        Args:
            now: Epoch seconds.
            liveness: Of its owner.
        """
        if self.problem is not None or self.owner is None:
            return LockState.UNKNOWN
        if self.foreign:
            return LockState.FOREIGN
        if liveness is Liveness.DEAD:
            return LockState.DEAD
        if self.ttl is not None and self.since is not None:
            last = self.since if self.renewed is None else max(self.since, self.renewed)
            if now >= last + self.ttl:
                return LockState.TAKEABLE
        return LockState.HELD


def lock_name(target: str) -> str:
    """The guide's name of a lock: every `/` becomes `_` (guide: lock-files.sh)."""
    return target.replace("/", "_")


def guessed_target(name: str) -> str:
    """The path a foreign lock's name most likely means, as the guide's own listing guesses it."""
    return name.replace("_", "/")


def compile_target(target: str) -> automaton.Pattern:
    """A target as a pattern: a plain path means itself and what lies below it.

    A pattern in a lock is read from the repository's root when it has a slash, as in gitignore.
    """
    return globs.compile_pattern(target) if globs.is_pattern(target) else globs.literal(target)


def check_target(target: str) -> str:
    """Normalise a wished path or pattern, relative to the repository's root.

    Raises:
        UsageError: When it names nothing in the repository, or no lock file can be named so.
    """
    shown = repr(target)
    parts = [part for part in target.split("/") if part not in ("", ".")]
    if not parts or target.startswith("/"):
        raise UsageError(
            f"{shown} is not a path inside the repository",
            hint="Name it from the root, as git does.",
        )
    if ".." in parts:
        raise UsageError(f"{shown} leads out of the repository", hint="Leave out the '..'.")
    if parts[0] == ".git":
        raise UsageError(f"{shown} belongs to git and cannot be locked")
    if any(ord(char) < 32 or ord(char) == 127 for char in target):
        raise UsageError(
            f"{shown} has a control character, which the lock files cannot hold",
            hint="Lock its folder instead.",
        )
    joined = "/".join(parts) + ("/" if target.endswith("/") and globs.is_pattern(target) else "")
    try:
        length = len(lock_name(joined).encode(errors="surrogateescape"))
    except UnicodeEncodeError:
        raise UsageError(f"{shown} has half a character, which no path can have") from None
    if length > 240:
        raise UsageError(f"{shown} is too long for a lock file", hint="Lock its folder instead.")
    compile_target(joined)
    return joined
