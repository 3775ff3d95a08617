"""What is known of a commit's tests."""

from __future__ import annotations

from parallel_tui.model.landing.check import CheckKey, condition
from parallel_tui.model.landing.readiness import claimed
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.landing.check import CheckRecord
    from parallel_tui.model.landing.readiness import Condition, Tip
    from parallel_tui.ports.disk import Checks
    from parallel_tui.ports.system import Clock


@dataclass(frozen=True, slots=True)
class CheckResults:
    """Looks up how checks ended.

    Attributes:
        kept: Runs checks and keeps how they ended.
        commands: The configured ones; empty for none.
        clock: Epoch seconds.
    """

    kept: Checks
    commands: tuple[str, ...]
    clock: Clock

    def key(self, tip: Tip) -> CheckKey:
        """What the outcome of checking a commit is kept under."""
        return CheckKey(tip.tree, self.commands, self.kept.environment)

    def of(self, tip: Tip) -> CheckRecord | None:
        """How the check of a commit ended; `None` when it never did."""
        return self.kept.record(self.key(tip))

    def condition(self, tip: Tip) -> Condition:
        """Whether a commit's tests pass.

        Where commands check that, only what they said counts: anybody can write a subject.
        """
        return condition(self.of(tip), tip.commit, self.clock()) if self.commands else claimed(tip)
