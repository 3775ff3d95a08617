"""What lets a face ask `pdev` itself."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.ports.system import OwnCommand


def ask_ourselves(arguments: Sequence[str], env: Mapping[str, str], directory: str) -> OwnCommand:
    """Start `pdev` with some arguments.

    Args:
        arguments: The words behind `pdev`.
        env: All that it finds in its environment.
        directory: Where it works.

    Raises:
        OSError: When it cannot be started.
    """
    from parallel_tui.adapters.process.own_command import RunningCommand

    return RunningCommand(arguments, env, directory)
