"""Marks of what was proved, as JSON and as glyphs."""

from __future__ import annotations

from parallel_tui.model.overlap.joint import Mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.overlap.joint import ProofState


def state_json(told: ProofState) -> Json:
    """What is known of a session or a pair, as JSON."""
    return {
        "mark": told.mark.value,
        "with": list(told.others),
        "tests": list(told.tests),
        "log": told.log,
        "at": told.at,
    }


def mark(told: ProofState, output: Output) -> str:
    """The glyph of a session or a pair, in its colour."""
    colours = {Mark.PROVED: "32", Mark.BREAKS: "31", Mark.RUNNING: "36", Mark.UNKNOWN: "2"}
    return output.paint(told.mark.glyph, colours[told.mark])
