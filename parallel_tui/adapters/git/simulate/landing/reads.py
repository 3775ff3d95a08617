"""What a plan of landings reads of branches before, and the begin of their simulation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.landing.failing import unsimulated
from parallel_tui.adapters.git.simulate.landing.simulation import LandingTrials
from parallel_tui.adapters.git.simulate.landing.tips import built, tips
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.git_version import Needs
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.landing.readiness import Tip
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class LandingReads:
    """Implements `LandingLook`.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def tips(self, heads: Sequence[str]) -> Mapping[str, Tip]:
        """See `LandingLook.tips`."""
        return tips(self.runner, heads)

    def built(self, base: str, heads: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
        """See `LandingLook.built`."""
        return built(self.runner, base, heads)

    def begin(
        self, base: str, heads: Mapping[str, str], strategy: Strategy, *, resolved: bool = False
    ) -> LandingTrials:
        """See `LandingLook.begin`."""
        if why := Needs.PREDICTION.why_not(self.runner.version):
            raise CouldNotLookError(
                f"Landings cannot be simulated: {why}", hint=f"{Needs.PREDICTION.install}."
            )
        quarantine = Quarantine(self.runner.repository)
        try:
            return LandingTrials(self.runner, quarantine, base, heads, strategy, resolved=resolved)
        except OSError as error:
            quarantine.close()
            raise unsimulated(error) from error
        except BaseException:
            quarantine.close()
            raise
