"""Land sessions in an order that somebody asked for, and say what comes of it. Pure."""

from __future__ import annotations

from parallel_tui.model.landing.explain import Explainer, after_words, lacking
from parallel_tui.model.landing.simulation import Clash, Reached
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.dependencies import Dependency
    from parallel_tui.model.landing.explain import Rank
    from parallel_tui.model.landing.plan import Opponent
    from parallel_tui.model.landing.simulation import Simulation

BY_HAND: Final = "where you put it"
BEHIND: Final = "behind what you put in order"


@dataclass(frozen=True, slots=True)
class Followed:
    """What comes of an order.

    Attributes:
        sequence: All that was tried, in order.
        landed: What lands of it, each with what base is then.
        reasons: By session that lands, why it stands there, in words.
        opponents: By session that does not, what is in its way.
    """

    sequence: tuple[str, ...]
    landed: tuple[tuple[str, Reached], ...]
    reasons: Mapping[str, str]
    opponents: Mapping[str, Opponent]


def follow(
    simulation: Simulation,
    order: Sequence[str],
    needs: Collection[Dependency],
    ranks: Mapping[str, Rank],
    *,
    rest: bool,
) -> Followed:
    """Land sessions in exactly this order; what does not land is passed over.

    Args:
        simulation: Lands sessions.
        order: Names; those that are not ready are passed over.
        needs: All dependencies.
        ranks: By session, of all that are ready.
        rest: Whether what is ready and not named stands behind, the one to prefer first, but none
            before what it depends on.
    """
    named = tuple(dict.fromkeys(name for name in order if name in ranks))
    sequence = (*named, *(_rest(named, needs, ranks) if rest else ()))
    here = simulation.start()
    landed: list[tuple[str, Reached]] = []
    opponents: dict[str, Opponent] = {}
    reasons: dict[str, str] = {}
    for place, name in enumerate(sequence):
        there = [each for each, _ in landed]
        on = [each for each in needs if each.session == name]
        if early := [each for each in on if each.on not in there]:
            behind = early[0].on in sequence[place:]
            where = "which stands behind it" if behind else "which does not land"
            opponents[name] = lacking(early, where)
            continue
        (told,) = simulation.land(here, [name])
        if isinstance(told, Clash):
            why = Explainer(simulation, there, needs, ranks).opponent(name)
            # Another order than the one that was asked for is what was not asked for.
            opponents[name] = replace(why, order=())
            continue
        here = told
        landed.append((name, told))
        words = "; ".join(map(after_words, on))
        reasons[name] = words or (BY_HAND if name in named else BEHIND)
    return Followed(sequence, tuple(landed), reasons, opponents)


def _rest(
    named: Sequence[str], needs: Collection[Dependency], ranks: Mapping[str, Rank]
) -> Sequence[str]:
    left = sorted((name for name in ranks if name not in named), key=lambda name: ranks[name].key)
    found: list[str] = []
    while left:
        free = (
            name
            for name in left
            if not any(each.session == name and each.on in left for each in needs)
        )
        first = next(free, left[0])
        left.remove(first)
        found.append(first)
    return found
