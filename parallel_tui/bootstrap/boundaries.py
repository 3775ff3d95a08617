"""What knows who may write what, each part made when somebody asks for it."""

from __future__ import annotations

from parallel_tui.adapters.config import boundaries_text, places
from parallel_tui.adapters.disk.policy_file import PolicyFile
from parallel_tui.adapters.git.read.changed_paths import ChangedPaths
from parallel_tui.model.lazy import Lazy, lazy
from parallel_tui.model.settings.config import Origin
from parallel_tui.services.policy.check import BoundaryChecker
from parallel_tui.services.policy.policies import Policies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from parallel_tui.bootstrap.core import Core
    from parallel_tui.bootstrap.found import FoundRepository
    from parallel_tui.model.lifecycle.finding import Finding
    from parallel_tui.model.settings.config import Config
    from parallel_tui.services.overlap.what_if import WhatIfChecker


class BoundaryParts(Lazy):
    """Parts that need a repository's boundaries.

    Args:
        found: The repository and its neighbours.
        config: Effective settings.
        origins: Where each setting came from, by its name; missing for defaults.
    """

    def __init__(
        self, found: FoundRepository, config: Config, origins: Mapping[str, Origin]
    ) -> None:
        super().__init__()
        self._found = found
        self._config = config
        self._origins = origins

    @lazy
    def changes(self) -> ChangedPaths:
        """Lists changed paths."""
        return ChangedPaths(self._found.runner)

    @lazy
    def policies(self) -> Policies:
        """Keeps the boundaries of base compiled."""
        found = self._found
        return Policies(
            found.git,
            self.changes,
            boundaries_text.parse,
            PolicyFile(
                found.repository.coordination_root,
                found.repository.common_dir,
                (places.users(found.env),),
            ),
            self._own_levels(),
            found.clock,
        )

    @property
    def look(self) -> tuple[Policies, ChangedPaths]:
        """What a live view reads boundaries and commits with."""
        return self.policies, self.changes

    @lazy
    def checker(self) -> BoundaryChecker:
        """Answers for `pdev check --boundaries`."""
        found = self._found
        identity = found.shared.identity
        return BoundaryChecker(
            found.git, self.changes, found.sessions, identity, found.store, self.policies,
            self._config,
        )  # fmt: skip

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the boundaries of base, for the doctor."""
        from parallel_tui.services.doctor.boundaries import findings

        return findings(self._found.git, self.policies, self._config.base)

    def _own_levels(self) -> dict[str, str]:
        """Levels that the person set: what the repository says counts as base has it."""
        values = {
            "level": self._config.boundaries_level,
            "unowned": self._config.boundaries_unowned,
            "locks": self._config.boundaries_locks,
        }
        theirs = (None, Origin.DEFAULT, Origin.REPOSITORY)
        return {
            key: value
            for key, value in values.items()
            if self._origins.get(f"boundaries.{key}") not in theirs
        }


def what_if(core: Core) -> WhatIfChecker:
    """Judges edits in the repository of a core."""
    from parallel_tui.adapters.git.simulate.what_if import WhatIf
    from parallel_tui.services.overlap.what_if import WhatIfChecker

    return WhatIfChecker(
        core.git, core.sessions, core._config, core.shared.locks, lambda: WhatIf(core.runner)
    )
