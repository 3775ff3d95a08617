"""What settles changes that a crash cut off, and what takes back those that were made."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.lifecycle.recovery import Settled
    from parallel_tui.ports.sync import SyncSteps
    from parallel_tui.services.moves.settling import MoveSettler
    from parallel_tui.services.trash.toolbox import Tools
    from parallel_tui.services.undo import Undoer


def tools(core: Core) -> Tools:
    """The way in for every change; tells what a recovery did."""
    from pathlib import Path

    from parallel_tui.adapters.git.repo import gitdir_pointer
    from parallel_tui.adapters.git.write import running_git
    from parallel_tui.adapters.git.write.backup import Backups
    from parallel_tui.adapters.undo.intents import Intents
    from parallel_tui.adapters.undo.landing_record import LandingRecords
    from parallel_tui.adapters.undo.sync_record import SyncRecords
    from parallel_tui.adapters.undo.trash import Trash
    from parallel_tui.services.trash.toolbox import Tools

    runtime = Path(core.repository.runtime_dir)
    return Tools(
        git=core.git,
        writer=core.writer,
        backups=Backups(core.runner),
        trash=Trash(runtime / "trash"),
        intents=Intents(runtime / "intents"),
        shared=core.shared,
        mux=core.mux,
        clock=core.clock,
        syncs=SyncRecords(core.repository),
        landings=LandingRecords(runtime / "landings"),
        disk=core.disk,
        pointers=gitdir_pointer,
        running=running_git,
        recover=lambda tools: recover(core, tools),
        listeners=core.listeners,
    )


def recover(core: Core, tools: Tools) -> tuple[Settled, ...]:
    """Settle all that was cut off; returns what became of it."""
    # Where something was cut off only: most commands need none of it.
    from parallel_tui.adapters.git.write.rebase import SyncActs
    from parallel_tui.bootstrap.landing.plans import settler_of_landings
    from parallel_tui.services.recovery import Recovery
    from parallel_tui.services.sync.recovery import SyncSettler

    moved = moves(core, SyncActs(core.runner))
    landings = settler_of_landings(core, tools, moved)
    return Recovery(tools, SyncSettler(moved, tools.syncs), landings, core.processes).run()


def moves(core: Core, acts: SyncSteps) -> MoveSettler:
    """What settles branches that were on their way in a worktree.

    Args:
        core: The repository.
        acts: Changes worktrees.
    """
    from parallel_tui.adapters.git.write import running_git
    from parallel_tui.adapters.git.write.half_done import HalfDone
    from parallel_tui.adapters.git.write.half_look import HalfLook
    from parallel_tui.services.moves.settling import MoveSettler

    look, half = HalfLook(core.runner), HalfDone(core.runner)
    return MoveSettler(core.git, acts, look, half, running_git)


def undoer(core: Core) -> Undoer:
    """Undoes whatever was done last, or what is named."""
    from parallel_tui.bootstrap.landing.plans import landing_undo
    from parallel_tui.services.undo import Undoer

    locks = core.shared.locks
    return Undoer(
        core.restorer, core.syncer, landing_undo(core), core.teams.undo, locks, core.store
    )
