"""Reading `.claude/parallel-config.yml` (repository) and `~/.config/pdev/config.yml` (user)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parallel_tui.model.config import Config
from parallel_tui.model.repository import Repository


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """Effective settings, and where each came from.

    Attributes:
        config: The values.
        sources: By setting name: `default`, `environment NAME`, `command line`, or a file's path.
        from_repository: Names of settings whose effective value the repository's file gave.
        warnings: Unknown keys with the nearest known one, and the like.
    """

    config: Config
    sources: Mapping[str, str]
    from_repository: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()


def load(
    repository: Repository, overrides: Mapping[str, object], env: Mapping[str, str]
) -> LoadedConfig:
    """Read and check all sources; command line > environment > user > repository.

    Raises:
        ConfigError: Naming file, key, what was found and what is allowed.
    """
    raise NotImplementedError
