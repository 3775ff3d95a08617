"""What commands pass before they run, and how others prepare the repository's worktrees."""

from __future__ import annotations

from parallel_tui.model.lifecycle.prepared import PreparedByOthers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.settings.config import Config
    from parallel_tui.services.consent import Gate


def gate(core: Core, config: Config) -> Gate:
    """What every command passes before it runs.

    Args:
        core: The repository.
        config: Effective settings.
    """
    from parallel_tui.adapters.config.trust import TrustFile
    from parallel_tui.services.consent import Gate

    return Gate(core.git, TrustFile(core.env), config, core.loaded.origins, by_others(core))


def by_others(core: Core) -> Callable[[], PreparedByOthers]:
    """What reads it, each time anew; a bare repository has no files that could say so."""

    def read() -> PreparedByOthers:
        from pathlib import Path

        from parallel_tui.adapters.config import prepared

        repository = core.repository
        return PreparedByOthers() if repository.bare else prepared.read(Path(repository.main_path))

    return read
