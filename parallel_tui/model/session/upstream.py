"""The branch of a remote that base follows."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Upstream:
    """Remote branch of base.

    Attributes:
        remote: Name of the remote.
        source: Full name of the branch there.
        tracking: Full name of the reference that remembers it here.
    """

    remote: str
    source: str
    tracking: str

    @property
    def name(self) -> str:
        """Its name as people know it: `origin/main`."""
        return self.tracking.removeprefix("refs/remotes/")
