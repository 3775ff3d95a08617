"""What a run of landings comes to."""

from __future__ import annotations

from parallel_tui.model.landing.plan import Strategy
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Receipt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.landing.run import LandedSession, Pushed


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingReceipt(Receipt):
    """Sessions have landed.

    Attributes:
        run: Name of the run, by which it is undone.
        base: Name of the branch they landed on.
        before: Where that stood.
        after: Where it stands.
        strategy: How they were landed.
        landed: What landed, first to last.
        left: Names of the sessions of the plan that did not land.
        stopped: Why the run ended before its end, in one sentence; empty when it did not.
        hint: What to do about that.
        cancelled: Whether it ended because it was told to.
        pushed: What the remote was given; `None` when it was given nothing.
    """

    run: str
    base: str
    before: str
    after: str
    strategy: Strategy
    landed: tuple[LandedSession, ...]
    left: tuple[str, ...] = ()
    stopped: str = ""
    hint: str = ""
    cancelled: bool = False
    pushed: Pushed | None = None
