"""How what a verb did is told."""

from __future__ import annotations

from parallel_tui.cli.render.output import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.services.receipt import Receipt


def show(receipt: Receipt, output: Output, **more: object) -> int:
    """Print a receipt; with `--json` with its details. Returns the exit status 0."""
    if output.json:
        output.data(
            {
                "done": receipt.message,
                "session": receipt.session,
                **receipt.details,
                "warnings": list(receipt.warnings),
                **more,
            }
        )
        return 0
    for warning in receipt.warnings:
        output.talk(f"pdev: note: {warning}")
    output.line(one_line(receipt.message))
    return 0
