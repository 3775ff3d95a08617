"""What an order is searched with: landings that are tried, one upon the other. Pure values."""

from __future__ import annotations

from typing import Protocol

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Reached:
    """What base would be once some sessions have landed.

    Attributes:
        state: Everything that the outcome of further landings depends on, besides which sessions
            have landed; equal texts mean equal outcomes.
        commit: Commit of base then; it need not be in the repository.
        tree: Its tree.
        resolved: Paths in which the last of them conflicts, and that are as they were resolved
            before.
    """

    state: str
    commit: str
    tree: str
    resolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """A session that cannot land there.

    Attributes:
        paths: What conflicts; empty where it could not be tried.
        unknown: Why it could not be tried; empty where it conflicts.
        marked: Tree with the conflict markers, where there is one.
    """

    paths: tuple[str, ...] = ()
    unknown: str = ""
    marked: str = ""


class Simulation(Protocol):
    """Lands sessions upon each other without changing anything."""

    def start(self) -> Reached:
        """Base as it is now."""
        ...

    def land(self, onto: Reached, names: Sequence[str]) -> Sequence[Reached | Clash]:
        """Land each of some sessions, by itself, on what base would be.

        Args:
            onto: As told by this simulation.
            names: Names of sessions.

        Returns:
            One outcome a name, in order; the same question always has the same answer.
        """
        ...

    def foresee(self, landings: Sequence[tuple[Reached, str]]) -> None:
        """Try landings at once that `land` will be asked for: it answers as if nobody had.

        Args:
            landings: What base would be, as told by this simulation, and the name of a session.
        """
        ...
