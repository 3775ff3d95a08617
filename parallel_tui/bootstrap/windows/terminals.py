"""The terminals of the desktop, as the settings want them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.terminals import Terminals


def terminals(config: Config, env: Mapping[str, str]) -> Terminals:
    """What opens a window of the terminal in use, or of the one that is set.

    Args:
        config: The settings.
        env: Our environment.
    """
    from parallel_tui.adapters.terminals import DesktopTerminals
    from parallel_tui.bootstrap.windows.multiplexers import environment_around

    return DesktopTerminals(
        config.terminal,
        env,
        place=config.terminal_place,
        around=lambda: environment_around(env),
    )
