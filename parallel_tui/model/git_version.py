"""Minimum git versions, each named after the feature that needs it."""

from __future__ import annotations

from enum import Enum

Version = tuple[int, ...]


class Needs(Enum):
    """What a git is asked to do; the value is the least version that can."""

    ANYTHING = (2, 36)
    """`worktree list -z`: without it no path can be read for certain."""
    ANY_NAME = (2, 38)
    """`cat-file -Z`: names that end in NUL, so that any path can be asked for."""
    PREDICTION = (2, 39)
    """`merge-tree --stdin`: many merges in one process."""

    @property
    def shown(self) -> str:
        """The version as people write it: `2.39`."""
        return shown(self.value)

    @property
    def install(self) -> str:
        """What to do where git is older."""
        return f"Install git {self.shown} or newer"

    def met_by(self, version: Version) -> bool:
        """Whether a git of this version can do it."""
        return version >= self.value

    def why_not(self, version: Version) -> str:
        """Why a git of this version cannot; empty when it can."""
        if self.met_by(version):
            return ""
        return f"git {shown(version)} is older than {self.shown}"


def shown(version: Version) -> str:
    """A version as people write it."""
    return ".".join(map(str, version))
