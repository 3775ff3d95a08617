"""Outcomes of checking a session's work with the configured commands. Pure values."""

from __future__ import annotations

from parallel_tui.model.landing.readiness import Condition, Needed
from parallel_tui.model.text.words import ago
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class CheckKey:
    """What the outcome of a check is about; the same is never checked twice.

    Attributes:
        tree: Tree that was checked out, with nothing else in the worktree that git would list.
        commands: The shell lines.
        environment: The system they ran on.
    """

    tree: str
    commands: tuple[str, ...]
    environment: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run of commands may take.

    Attributes:
        seconds: How long each command may take.
        stopped: Asked again and again; once it says yes, the command is ended.
        full: Asked from time to time; says why there is no more room, empty while there is.
    """

    seconds: float
    stopped: Callable[[], bool]
    full: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Ran:
    """How running some commands ended.

    Attributes:
        status: Exit status of the last one that ran, negative for a signal.
        failed: The one that failed; empty when none did.
        log: File with everything that was printed.
        tests: What failed in it, as `model.proving.failing` names it.
        late: Whether it was ended as it took too long.
    """

    status: int
    failed: str
    log: str
    tests: frozenset[str] = frozenset()
    late: bool = False


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """How a check ended.

    Attributes:
        key: What was checked, with what.
        commit: Commit that was checked out.
        status: Exit status of the last command that ran: 0 when all passed, negative for a signal.
        failed: The command that failed; empty when none did.
        at: When it ended, in epoch seconds.
        seconds: How long it took.
        log: File with everything that was printed.
        tests: What failed, each time that it was run.
        unsteady: What failed at one time and not at another.
        runs: How often it was run.
    """

    key: CheckKey
    commit: str
    status: int
    failed: str
    at: float
    seconds: float
    log: str
    tests: frozenset[str] = frozenset()
    unsteady: frozenset[str] = frozenset()
    runs: int = 1

    @property
    def passed(self) -> bool:
        """Whether every command ended with 0."""
        return self.status == 0

    @property
    def ending(self) -> str:
        """How the command that failed ended, in words."""
        how = f"status {self.status}" if self.status > 0 else f"signal {-self.status}"
        return f"`{self.failed}` ended with {how}"


def condition(record: CheckRecord | None, commit: str, now: float) -> Condition:
    """Whether a commit's check has passed, by what is on record of its tree.

    Args:
        record: It; `None` when there is none.
        commit: The commit.
        now: Epoch seconds.
    """
    if record is None:
        return Condition(Needed.CHECK, None, f"it was not checked at {commit[:10]}")
    when, at = ago(record.at, now), record.commit[:10]
    if record.passed:
        lines = ", ".join(f"`{each}`" for each in record.key.commands)
        return Condition(
            Needed.CHECK, True, f"{lines} passed at {at} {when}, in {record.seconds:.0f}s"
        )
    return Condition(
        Needed.CHECK, False, f"{record.ending} at {at} {when}; its output: {record.log}"
    )
