"""What sessions are to land after: by the configuration, or as was said of a session itself."""

from __future__ import annotations

from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.model.landing.dependencies import dependencies
from parallel_tui.record import dataclass
from parallel_tui.services.session.lookup import named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.settings.config import Config
    from parallel_tui.services.receipt import Receipt
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.sharing.registry import Registry


@dataclass(frozen=True, slots=True)
class LandingNeeds:
    """Keeps what sessions are to land after.

    Attributes:
        sessions: Look-up of what exists.
        registry: Where it is kept with each session.
        config: Effective settings.
    """

    sessions: Sessions
    registry: Registry
    config: Config

    def spawned(self) -> Mapping[str, tuple[str, ...]]:
        """What was said of each session of which anything was, by name.

        Raises:
            CouldNotLookError: When the register cannot be read.
        """
        return {each.name: each.after for each in self.registry.all() if each.after}

    def resolved(
        self, name: str, wanted: Sequence[str], existing: Sequence[Joined]
    ) -> tuple[str, ...]:
        """Names of the sessions that one can land after. Changes nothing.

        Args:
            name: The session, which need not exist yet.
            wanted: Names or keys of the others.
            existing: All sessions.

        Raises:
            UsageError: When there is no such session, or dependencies would form a circle.
            CouldNotLookError: When the register cannot be read.
        """
        found = (name if each == name else named(existing, each).name for each in wanted)
        earlier = tuple(dict.fromkeys(found))
        if earlier:
            told = {**self.spawned(), name: earlier}
            names = {name, *(each.name for each in existing)}
            try:
                dependencies(self.config.merge_after, {}, names, told)
            except UsageError as error:
                # What is just being asked for is not there yet to be taken back.
                error.advice = tuple(each for each in error.advice if each.what != (name,))
                raise
        return earlier

    def say(self, wanted: str, earlier: Sequence[str]) -> Receipt:
        """Say of a session what it lands after, in place of what was said before.

        Args:
            wanted: Its name or key.
            earlier: Names or keys of the others; none for nothing.

        Raises:
            UsageError: As for `resolved`.
            CouldNotLookError: As for `resolved`.
        """
        existing = self.sessions.all()
        name = named(existing, wanted).name
        return self.registry.after(name, self.resolved(name, earlier, existing))

    def keep(self, name: str, earlier: Sequence[str]) -> tuple[str, ...]:
        """Write down what a session that was started lands after, in place of an earlier one's.

        Returns:
            What did not go as wished.
        """
        try:
            if not earlier and name not in self.spawned():
                return ()
            return self.registry.after(name, earlier).warnings
        except (ParallelError, OSError) as error:
            return (f"what it lands after was not written down: {error}",)
