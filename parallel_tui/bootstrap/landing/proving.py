"""What proves sessions together and keeps the train, apart from all that other commands load."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parallel_tui.bootstrap.core import Core
    from parallel_tui.engine.facts import Facts
    from parallel_tui.engine.table import Row
    from parallel_tui.model.proving.proof import ProofMarks
    from parallel_tui.ports.proving.proofs import Proofs
    from parallel_tui.services.proving.candidates import CandidateFinder
    from parallel_tui.services.proving.prover import Prover
    from parallel_tui.services.proving.train import Trains


def prover(core: Core) -> Prover:
    """Proves sessions of the repository of a core."""
    from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
    from parallel_tui.adapters.git.workspaces.pool import WorkspacePool
    from parallel_tui.bootstrap.landing.plans import results
    from parallel_tui.model.settings.user_dirs import cache_dir
    from parallel_tui.services.proving.events import BreakEvents
    from parallel_tui.services.proving.prover import Prover

    config = core._config
    pool = WorkspacePool(
        cache_dir(core.env) / "prove",
        core.repository,
        workers=config.prove_workers,
        most=config.prove_disk,
    )
    return Prover(
        finder(core),
        LandingReads(core.runner),
        pool,
        results(core),
        core.gate,
        proofs(core),
        BreakEvents(core.store, config.conflict_events),
        config.prove_timeout,
    )


def finder(core: Core) -> CandidateFinder:
    """Says which sessions land together."""
    from parallel_tui.bootstrap.landing.plans import planner
    from parallel_tui.services.proving.candidates import CandidateFinder

    return CandidateFinder(planner(core))


def proofs(core: Core) -> Proofs:
    """What was proved."""
    from pathlib import Path

    from parallel_tui.adapters.disk.proofs import KeptProofs

    return KeptProofs(Path(core.repository.runtime_dir))


def known_marks(core: Core, heads: Callable[[], Mapping[str, str]], base: str) -> ProofMarks | None:
    """What was proved of sessions as they are now; `None` where nothing ever was.

    Args:
        core: The repository.
        heads: Reads the last commit of each session by name.
        base: Commit of base.
    """
    import os

    if not os.path.exists(core.repository.proofs):  # noqa: PTH110 - most have none
        return None
    from parallel_tui.model.proving.proof import marks

    kept = proofs(core)
    commands = core._config.merge_check
    return marks(kept.all(), heads(), base, commands=commands, running=kept.running())


def trains(core: Core) -> Trains:
    """Keeps the train of the repository of a core."""
    from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
    from parallel_tui.adapters.git.workspaces.preview import TrainPreview
    from parallel_tui.adapters.git.write.train_ref import TrainReference
    from parallel_tui.services.proving.train import Trains

    return Trains(
        finder(core),
        LandingReads(core.runner),
        TrainReference(core.runner),
        proofs(core),
        TrainPreview(core.repository),
        core._config.merge_check,
    )


def proof_rows(core: Core) -> Callable[[Facts, Callable[[], None]], tuple[Row, ...]]:
    """Rows of the live view that show what is known of sessions' tests."""
    from parallel_tui.engine.sources.proofs import CheckReader, ProofReader

    commands = core._config.merge_check

    def rows(facts: Facts, want: Callable[[], None]) -> tuple[Row, ...]:
        proved = ProofReader(proofs(core), commands, facts, want).row()
        if not commands:
            return (proved,)
        from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
        from parallel_tui.bootstrap.landing.plans import results

        look = LandingReads(core.runner)
        return (proved, CheckReader(results(core).kept, look, commands, facts, want).row())

    return rows
