"""What settles changes that a crash cut off."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.lifecycle.recovery import Settled
    from parallel_tui.services.trash.toolbox import Tools


def recover(core: Core, tools: Tools) -> tuple[Settled, ...]:
    """Settle all that was cut off; returns what became of it."""
    # Where something was cut off only: most commands need none of it.
    from parallel_tui.adapters.git.write.half_done import HalfDone
    from parallel_tui.adapters.git.write.half_look import HalfLook
    from parallel_tui.adapters.git.write.rebase import SyncActs
    from parallel_tui.services.recovery import Recovery
    from parallel_tui.services.sync.recovery import SyncSettler

    look, half = HalfLook(core.runner), HalfDone(core.runner)
    acts = SyncActs(core.runner)
    settler = SyncSettler(core.git, acts, look, half, tools.syncs, tools.running)
    return Recovery(tools, settler, core.processes).run()
