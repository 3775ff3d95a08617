"""Opening the repository that a command line means, and telling what is odd about it."""

from __future__ import annotations

from parallel_tui import bootstrap
from parallel_tui.options import overrides_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output


def core_for(
    parsed: argparse.Namespace,
    output: Output,
    *,
    base: bool = True,
    changes: bool = False,
    brief: bool = False,
) -> Core:
    """Open the repository that the options mean, and tell the configuration's warnings.

    What a crash left half done is told too: by a command that changes worktrees as it is settled,
    by any other as what it is.

    Args:
        parsed: The command line.
        output: For the warnings.
        base: Whether `--base` has its shared meaning.
        changes: Whether the command goes on to change worktrees.
        brief: Whether it is over in a moment; see `open_core`.
    """
    core = bootstrap.open_core(overrides_of(parsed, base=base), brief=brief)
    for warning in core.warnings:
        output.talk(f"pdev: note: {warning}")
    core.listeners.append(output.settled)
    core.notices.append(lambda told: output.talk(f"pdev: note: {told}"))
    if not changes:
        for verb in core.unfinished():
            from parallel_tui.model.lifecycle.recovery import unfinished

            output.unfinished(verb, unfinished(verb))
    return core
