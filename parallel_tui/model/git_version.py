"""Minimum git versions, each named after the feature that needs it."""

from __future__ import annotations

from enum import Enum

Version = tuple[int, ...]


class Needs(Enum):
    """A feature that git must have; the value is the lowest version with it."""

    ANYTHING = (2, 36)
    """`worktree list -z`: without it no path can be read for certain."""
    ANY_NAME = (2, 38)
    """`cat-file -z`: names that end in NUL, so that any path can be asked for."""
    PREDICTION = (2, 39)
    """`merge-tree --stdin`: many merges in one process."""

    @property
    def shown(self) -> str:
        """The version as people write it: `2.39`."""
        return shown(self.value)

    @property
    def install(self) -> str:
        """Advice for a git that is older."""
        return f"Install git {self.shown} or newer"

    def met_by(self, version: Version) -> bool:
        """Whether a version of git has the feature."""
        return version >= self.value

    def why_not(self, version: Version) -> str:
        """Why a version of git is not enough; empty when it is."""
        if self.met_by(version):
            return ""
        return f"git {shown(version)} is older than {self.shown}"


def shown(version: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))
