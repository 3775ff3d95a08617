"""How landing sessions here meets the work of sessions of other machines. Pure."""

from __future__ import annotations

from parallel_tui.model.landing.simulation import Clash, Reached
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.landing.simulation import Simulation

MOST: Final = 50
"""Sessions of other machines that are tried; a larger team is told so."""

_PATHS: Final = 3


@dataclass(frozen=True, slots=True)
class MetElsewhere:
    """A session here and one elsewhere that do not land in any order.

    Attributes:
        session: The one here.
        first: Which of the two has to land first; empty where neither order works.
        paths: What conflicts otherwise.
    """

    session: str
    first: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionElsewhere:
    """A session of another machine, beside what lands here.

    Attributes:
        key: `name@host`.
        host: The machine.
        head: Its last commit.
        dirty: Whether it has uncommitted work besides, which is on that machine only.
        meetings: What it meets.
        base: Paths in which it conflicts with base itself.
    """

    key: str
    host: str
    head: str
    dirty: bool
    meetings: tuple[MetElsewhere, ...] = ()
    base: tuple[str, ...] = ()

    def of(self, names: Collection[str]) -> tuple[MetElsewhere, ...]:
        """Those of its meetings that some sessions here are part of."""
        return tuple(each for each in self.meetings if each.session in names)


def meetings(
    simulation: Simulation,
    here: Sequence[str],
    there: Sequence[str],
    groups: Sequence[Collection[str]],
) -> tuple[Mapping[str, tuple[MetElsewhere, ...]], Mapping[str, tuple[str, ...]]]:
    """Land each session here with each elsewhere that it may meet, in both orders.

    Args:
        simulation: Lands all of them.
        here: Names of sessions of this machine.
        there: Keys of sessions of others.
        groups: Sets of sessions that cannot influence how those of other sets land.

    Returns:
        Meetings, and paths in which one conflicts with base alone; both by key.
    """
    names = [*here, *there]
    alone = dict(zip(names, simulation.land(simulation.start(), names), strict=True))
    near: dict[str, list[str]] = {name: [] for name in names}
    for one in here:
        for other in there:
            if any(one in group and other in group for group in groups):
                near[one].append(other)
                near[other].append(one)
    told: dict[tuple[str, str], Reached | Clash] = {}
    for name, others in near.items():
        reached = alone[name]
        fits = [other for other in others if isinstance(alone[other], Reached)]
        if isinstance(reached, Reached) and fits:
            landed = simulation.land(reached, fits)
            told |= {(name, other): each for other, each in zip(fits, landed, strict=True)}
    found = {key: tuple(_met(key, near[key], told)) for key in there}
    base = {key: each.paths for key, each in alone.items() if isinstance(each, Clash)}
    return found, base


def _met(
    key: str, near: Sequence[str], told: Mapping[tuple[str, str], Reached | Clash]
) -> list[MetElsewhere]:
    found = []
    for session in near:
        then, before = told.get((session, key)), told.get((key, session))
        clashes = [each for each in (then, before) if isinstance(each, Clash)]
        if not clashes or any(each.unknown for each in clashes):
            continue
        paths = tuple(sorted({path for each in clashes for path in each.paths}))
        first = "" if len(clashes) == 2 else key if clashes[0] is then else session
        found.append(MetElsewhere(session, first, paths))
    return found


def reasons(besides: Sequence[SessionElsewhere], session: str) -> tuple[str, ...]:
    """What sessions elsewhere have to do with the place of one here, in words."""
    said = []
    for each in besides:
        for meeting in each.of((session,)):
            if not meeting.first:
                said.append(f"conflicts with {each.key} in {shown(meeting.paths)}")
            elif meeting.first == each.key:
                said.append(f"{each.key} first")
            else:
                said.append(f"before {each.key}")
    return tuple(said)


def notes(
    besides: Sequence[SessionElsewhere], names: Collection[str], base: str
) -> tuple[str, ...]:
    """What to know of sessions elsewhere, in sentences.

    Args:
        besides: Them.
        names: What lands here.
        base: Name of base.
    """
    said = []
    clear = 0
    for each in besides:
        parts = [f"conflicts with {base} itself in {shown(each.base)}"] if each.base else []
        for meeting in each.of(names):
            where = shown(meeting.paths)
            if not meeting.first:
                parts.append(f"conflicts with {meeting.session} in {where}, whichever lands first")
            else:
                later = meeting.session if meeting.first == each.key else each.key
                order = f"{meeting.first} first: {later} lands after it"
                parts.append(f"{order}, and conflicts in {where} the other way round")
        if not parts:
            clear += 1
            continue
        if each.dirty:
            parts.append(f"its uncommitted work counts here, and is on {each.host} only")
        said.append(f"{each.key}: {'; '.join(parts)}")
    if clear and names:
        many = plural(clear, "session")
        said.append(f"{many} of other machines: nothing that lands here is in the way")
    return tuple(said)


def shown(paths: Sequence[str]) -> str:
    """Some paths, the rest as a number."""
    more = len(paths) - _PATHS
    return ", ".join(paths[:_PATHS]) + (f" and {more} more" if more > 0 else "")
