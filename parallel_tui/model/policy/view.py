"""Boundaries as a live view shows them: what base says, and who touches what is not theirs."""

from __future__ import annotations

from parallel_tui.model.policy import core
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.model.policy.formats import CompiledPolicy


@dataclass(frozen=True, slots=True)
class BoundaryView:
    """Boundaries at one moment.

    Attributes:
        policy: What base says, compiled.
        touches: Changes that are not plainly allowed, the worst first.
        drafted: Whether base has none, and some are written down to be committed there.
    """

    policy: CompiledPolicy = field(repr=False)
    touches: tuple[Touch, ...] = ()
    drafted: bool = False

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with base's file; empty when it can be used."""
        return tuple(self.policy["problems"])

    @property
    def bounded(self) -> bool:
        """Whether base has boundaries at all."""
        return bool(self.policy["sessions"] or self.policy["problems"])

    def owner(self, path: str) -> str | None:
        """Name of the entry that owns a path; `None` for no one's."""
        asked = core.folded(path) if self.policy["fold"] else path
        for entry in self.policy["sessions"]:
            if core.covers(entry["owns"], asked) is not None:
                return entry["name"]
        return None


def worst_first(touch: Touch) -> tuple[int, str, str]:
    """By how bad it is, then by session and path."""
    return (-core.ACTIONS.index(touch.action), touch.session, touch.path)
