"""Port for trying landings without changing anything."""

from __future__ import annotations

from typing import Protocol

from parallel_tui.model.landing.simulation import Simulation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.landing.plan import Strategy
    from parallel_tui.model.landing.readiness import Tip


class Landings(Simulation, Protocol):
    """Lands the heads of sessions upon each other. Not thread-safe; `close` ends it."""

    def in_base(self) -> frozenset[str]:
        """Names of those of whose work base has everything already."""
        ...

    def groups(self) -> Sequence[frozenset[str]]:
        """Sets of names that cannot influence how those of other sets land."""
        ...

    def close(self) -> None:
        """Delete all temporary objects. Closing twice is no error."""
        ...


class LandingLook(Protocol):
    """Reads what a plan of landings needs."""

    def tips(self, heads: Sequence[str]) -> Mapping[str, Tip]:
        """What is told of the last commit of each head; one process.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def built(self, base: str, heads: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
        """By name, the others whose head is among its own commits; one process.

        Args:
            base: Commit of base; what it has counts for nobody.
            heads: Commits by name. Two with the same are not built on each other.

        Raises:
            GitError: When git gave no answer.
        """
        ...

    def begin(self, base: str, heads: Mapping[str, str], strategy: Strategy) -> Landings:
        """Begin to simulate.

        Args:
            base: Commit of base.
            heads: Commits to land, by name.
            strategy: How they are landed.

        Raises:
            CouldNotLookError: When git gave no answer, or is too old to simulate.
        """
        ...
