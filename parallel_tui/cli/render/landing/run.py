"""A run of landings, in words and as JSON."""

from __future__ import annotations

from parallel_tui.cli.render.output import one_line
from parallel_tui.command_lines import undo_line
from parallel_tui.errors import RefusedError
from parallel_tui.model.landing.run import Phase
from parallel_tui.record import asdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.landing.run import LandingStep
    from parallel_tui.services.landing.running.receipt import LandingReceipt

_STOPPED = 130
"""Exit status of a run that somebody stopped, as shells have it for Ctrl+C."""


def tell(step: LandingStep, output: Output) -> None:
    """Print a step as it happens, for people alone."""
    if output.json:
        return
    if step.phase in (Phase.LANDED, Phase.PUSHED):
        output.line(output.paint("✓", "32") + " " + one_line(step.message))
        output.out.flush()
    elif output.err.isatty():
        output.talk(one_line(step.message))


def receipt_json(receipt: LandingReceipt) -> Json:
    """What a run came to, as JSON."""
    return {
        "done": receipt.message,
        "run": receipt.run,
        "base": {"name": receipt.base, "before": receipt.before, "after": receipt.after},
        "strategy": receipt.strategy.value,
        "landed": [dict(asdict(each)) for each in receipt.landed],
        "left": list(receipt.left),
        "stopped": receipt.stopped or None,
        "cancelled": receipt.cancelled,
        "pushed": dict(asdict(receipt.pushed)) if receipt.pushed is not None else None,
        "undo": undo_line(receipt.undo[0]) if receipt.undo else None,
        "warnings": list(receipt.warnings),
    }


def show(receipt: LandingReceipt, output: Output) -> int:
    """Print what a run came to; returns the exit status."""
    status = _STOPPED if receipt.cancelled else 0
    if receipt.stopped:
        error = RefusedError(receipt.stopped, hint=receipt.hint)
        status = output.error(error, **receipt_json(receipt))
    elif output.json:
        output.data(receipt_json(receipt))
    if output.json:
        return status
    for warning in receipt.warnings:
        output.talk(f"pdev: note: {warning}")
    back = f"; {undo_line(receipt.undo[0])} takes it back" if receipt.undo else ""
    if receipt.pushed is not None:
        back = ""
    output.line(one_line(f"{receipt.message}{back}"))
    return status
