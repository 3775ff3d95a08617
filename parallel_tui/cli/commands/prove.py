"""`pdev prove`: checking sessions landed together, before anyone lands."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.landing.plan import Strategy
    from parallel_tui.model.proving.proof import JointProof
    from parallel_tui.services.proving.prover import Prover


def configure_prove(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev prove`."""
    from parallel_tui.model.settings.config import MERGE_STRATEGIES

    parser.add_argument(
        "sessions",
        metavar="SESSION",
        nargs="*",
        help="the sessions, by what they have committed (default: all that are ready)",
    )
    parser.add_argument(
        "--pair", nargs=2, metavar="SESSION", help="these two sessions, and no other"
    )
    parser.add_argument(
        "--strategy",
        choices=MERGE_STRATEGIES,
        help="how they are landed (default: merge.strategy)",
    )
    parser.add_argument(
        "--timeout",
        metavar="TIME",
        help="how long one command may take, such as 90s or 30m (default: prove.timeout)",
    )
    parser.add_argument(
        "--resolved",
        action="store_true",
        help="land conflicts as git remembers that they were resolved",
    )
    parser.add_argument(
        "--trust", action="store_true", help="allow the commands that the repository's file gives"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_prove)


def run_prove(parsed: argparse.Namespace, output: Output) -> int:
    """Prove sessions together; 1 when they are not."""
    from parallel_tui.bootstrap.landing.proving import prover
    from parallel_tui.cli.render.joint import proofs
    from parallel_tui.model.landing.plan import Strategy
    from parallel_tui.model.text import duration

    if parsed.pair and parsed.sessions:
        raise UsageError("Either sessions or --pair, not both")
    wanted = list(dict.fromkeys(parsed.pair or parsed.sessions))
    if parsed.pair and len(wanted) == 1:
        raise UsageError(f"{wanted[0]} and itself are no pair")
    seconds = duration.parse(parsed.timeout) if parsed.timeout else None
    if seconds == 0:
        raise UsageError("--timeout needs some time", hint="Write 90s, 30m or 1h.")
    service = prover(core_for(parsed, output))
    strategy = Strategy(parsed.strategy) if parsed.strategy else None
    proof = proved(
        service,
        wanted,
        output,
        strategy,
        seconds=seconds,
        trust=parsed.trust,
        resolved=parsed.resolved,
    )
    if output.json:
        output.data({"proof": proofs.proof_json(proof)})
    else:
        proofs.show(proof, output)
    # Whoever was named and left out is not proved.
    return 0 if proof.passed and not (wanted and proof.out) else 1


def proved(
    service: Prover,
    wanted: Sequence[str],
    output: Output,
    strategy: Strategy | None,
    *,
    seconds: float | None = None,
    trust: bool = False,
    resolved: bool = False,
) -> JointProof:
    """Prove sessions together, showing what the check prints to whoever watches.

    Args:
        service: Proves.
        wanted: Names or keys of sessions.
        output: Where its steps are told.
        strategy: How they are landed; as configured by default.
        seconds: How long one command may take; as configured by default.
        trust: Whether the repository's commands may run without a question.
        resolved: Whether conflicts land as they were resolved before.
    """
    from parallel_tui.cli.render import ask
    from parallel_tui.cli.render.joint import proofs
    from parallel_tui.services.proving.checks import Watcher

    watched = not output.json and output.err.isatty()

    def printed(piece: bytes) -> None:
        # As it comes, for people alone; a script reads the log that the result names.
        if watched:
            for text in piece.decode("utf-8", "replace").splitlines():
                output.talk(f"  | {text}")

    watcher = Watcher(
        tell=lambda step: output.talk(proofs.step_line(step)) if watched else None,
        printed=printed,
    )
    return ask.allowed(
        output,
        lambda: service.prove(
            wanted, watcher, strategy=strategy, seconds=seconds, resolved=resolved
        ),
        service.allow,
        trust=trust,
    )
