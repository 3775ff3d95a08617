"""How a person arranges a plan of landings: in which order, and who stays out. Pure."""

from __future__ import annotations

from parallel_tui.model.landing.plan import Block
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.landing.plan import Blocked, LandingPlan


@dataclass(frozen=True, slots=True)
class ArrangedLandings:
    """What was arranged by hand.

    Attributes:
        order: Names in the order that was set; `None` for the computed one.
        out: Names of those taken out.
    """

    order: tuple[str, ...] | None = None
    out: frozenset[str] = frozenset()

    @property
    def by_hand(self) -> bool:
        """Whether anything was arranged at all."""
        return self.order is not None or bool(self.out)

    def moved(self, name: str, by: int, plan: LandingPlan) -> ArrangedLandings:
        """With a session moved by places among those that have one; unchanged at an end.

        Args:
            name: The session.
            by: Places, downwards.
            plan: What is shown.
        """
        order = list(self.ranked(plan))
        if name not in order:
            return self
        here = order.index(name)
        there = max(0, min(len(order) - 1, here + by))
        if here == there:
            return self
        order.insert(there, order.pop(here))
        return replace(self, order=tuple(order))

    def toggled(self, name: str) -> ArrangedLandings:
        """With a session taken out, or in again."""
        return replace(self, out=self.out ^ {name})

    def ranked(self, plan: LandingPlan) -> tuple[str, ...]:
        """Names of all that have a place: what lands, and what is ready and does not.

        Args:
            plan: What is shown; it may be of an earlier arrangement.
        """
        if plan.by_hand is not None:
            found = plan.by_hand
        else:
            found = (
                *(each.session for each in plan.order),
                *(each.session for each in plan.blocked if _ready(each)),
            )
        asked = [name for name in self.order or () if name in found]
        rest = [name for name in found if name not in asked]
        return tuple(name for name in (*asked, *rest) if name not in self.out)

    def rows(self, plan: LandingPlan) -> tuple[str, ...]:
        """Names of all sessions as they are listed.

        Those with a place stand first, then those that are not ready, then those taken out.
        """
        ranked = self.ranked(plan)
        every = (*(each.session for each in plan.order), *(each.session for each in plan.blocked))
        rest = [name for name in every if name not in ranked]
        taken = [name for name in rest if name in self.out]
        return (*ranked, *(name for name in rest if name not in self.out), *taken)

    def alike(self, other: ArrangedLandings, plan: LandingPlan) -> int:
        """In how many places from the top a plan of this is one of another arrangement too.

        Args:
            other: The other one.
            plan: A plan of this one.
        """
        mine, theirs = self.rows(plan), other.rows(plan)
        if self == other:
            return len(mine)
        if other.order is None or self.out != other.out:
            return 0
        pairs = enumerate(zip(mine, theirs, strict=True))
        return next((place for place, (a, b) in pairs if a != b), len(mine))


def _ready(blocked: Blocked) -> bool:
    return blocked.opponent is not None and blocked.opponent.kind is not Block.LEFT_OUT
