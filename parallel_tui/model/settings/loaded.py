"""Effective settings with their origins."""

from __future__ import annotations

from parallel_tui.model.settings.config import Origin
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.settings.config import Config


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """Effective settings, and the origin of each.

    Attributes:
        config: The values.
        sources: By setting name: `default`, `environment NAME`, `command line`, or a file's path.
            Also `layouts.<name>` for each layout, as layouts of several files are joined.
        origins: The kind of place each value came from, by the same names; a name that is missing
            has its default.
        warnings: Unknown keys with the nearest known one, and the like.
    """

    config: Config
    sources: Mapping[str, str]
    origins: Mapping[str, Origin] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def from_repository(self) -> frozenset[str]:
        """Names of settings whose effective value is from the repository's file.

        `layouts` when any layout is from there, and `layouts.<name>` for each that is.
        """
        names = {name for name, origin in self.origins.items() if origin is Origin.REPOSITORY}
        if any(name.startswith("layouts.") for name in names):
            names.add("layouts")
        return frozenset(names)


@dataclass(frozen=True, slots=True)
class ConfigPaths:
    """The two files that are read, whether they exist or not.

    Attributes:
        user: The user's.
        repository: The repository's.
    """

    user: str
    repository: str
