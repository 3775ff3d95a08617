"""`pdev doctor`: list problems, each with the command that fixes it."""

from __future__ import annotations

import argparse

from parallel_tui import bootstrap
from parallel_tui.cli.render.output import one_line
from parallel_tui.command_lines import said
from parallel_tui.model.lifecycle.finding import Severity, exit_status
from parallel_tui.options import overrides_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.cli.render.output import Output

_GLYPHS: Final = {
    Severity.PROBLEM: ("✗", "31"),
    Severity.NOTE: ("!", "33"),
    Severity.UNKNOWN: ("?", "33"),
    Severity.GOOD: ("✓", "32"),
}


def configure_doctor(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev doctor`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_doctor)


def run_doctor(parsed: argparse.Namespace, output: Output) -> int:
    """Examine the repository; status 0 without problems, 1 with one, 2 when unsure."""
    core = bootstrap.open_core(overrides_of(parsed))
    findings = (*core.doctor.examine(), *core.boundaries.findings())
    status = exit_status(findings)
    if output.json:
        rows = [
            {
                "severity": each.severity.value,
                "topic": each.topic,
                "what": each.what,
                "where": each.where or None,
                "remedy": said(each.remedy) or None,
            }
            for each in findings
        ]
        output.data({"well": status == 0, "findings": rows})
        return status
    for each in findings:
        glyph, colour = _GLYPHS[each.severity]
        output.line(f"{output.paint(glyph, colour)} {one_line(f'{each.topic}: {each.what}')}")
        if each.where:
            output.line(f"    {one_line(each.where)}")
        if each.remedy:
            output.line(f"    → {one_line(said(each.remedy))}")
    return status
