"""The error for a lock that cannot be granted, naming every blocker."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.granting import Blocker, Decision
from parallel_tui.model.sharing.lock import LockState
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.model.sharing.words import blocker_words


class LockedError(RefusedError):
    """A lock cannot be granted because others hold the path.

    Attributes:
        blockers: All of it.
    """

    title = "Locked"

    def __init__(self, message: str, *, hint: str = "", blockers: tuple[Blocker, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.blockers = blockers


def describe(blocker: Blocker, now: float) -> str:
    """One line about a blocker: target, owner, age, reason, and what may be done."""
    return f"{blocker.target}: {', '.join(blocker_words(blocker, now))}"


def locked_error(
    decision: Decision,
    ahead: Sequence[Waiter],
    found: Sequence[str],
    now: float,
) -> LockedError:
    """The error that names every blocker.

    Args:
        decision: With its blockers.
        ahead: Who asked first.
        found: The circle of waiters that this would close.
        now: Epoch seconds.
    """
    lines = [describe(each, now) for each in decision.blockers]
    lines += [f"{', '.join(waiter.targets)}: {waiter.whose} asked first" for waiter in ahead]
    if found:
        lines.append(f"waiting would never end: {' → '.join((*found, found[0]))}")
    hint = "Wait with --wait, ask its owner, or release it with --force --reason."
    if any(each.state is LockState.TAKEABLE for each in decision.blockers):
        hint = f"Take over what can be with --take. {hint}"
    return LockedError("; ".join(lines), hint=hint, blockers=decision.blockers)
