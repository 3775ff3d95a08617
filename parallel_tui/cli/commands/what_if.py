"""`pdev check --path`: what an edit would conflict with, before it is made."""

from __future__ import annotations

import argparse
import time

from parallel_tui.cli.render import schema, schema_locks
from parallel_tui.cli.render.boundaries import touch_json
from parallel_tui.cli.render.output import one_line
from parallel_tui.command_lines import BOUNDARY_LINES
from parallel_tui.model.fact import why_not
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.model.overlap.words import MEANING, option_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.services.overlap.what_if import WouldConflict

UNKNOWN = 2
"""Exit status when a pair could not be judged."""


def line_range(text: str) -> tuple[int, int]:
    """Parse lines: `12`, or `12-20`."""
    first, dash, last = text.partition("-")
    numbers = [first, last if dash else first]
    if all(each.isascii() and each.isdigit() and len(each) < 10 for each in numbers):
        start, end = map(int, numbers)
        if 1 <= start <= end:
            return start, end
    raise argparse.ArgumentTypeError(f"{text!r} is no line and no range such as 12-20")


def run_what_if(core: Core, parsed: argparse.Namespace, output: Output) -> int:
    """Judge an edit and print what it would come to."""
    from parallel_tui.bootstrap.boundaries import what_if

    name = parsed.name or core.shared.identity.name()
    found = what_if(core).check(name, parsed.path, parsed.lines)
    touches = core.boundaries.checker.path(found.session, found.path, found.base)
    denied = any(each.action == "deny" for each in touches)
    if output.json:
        output.data(would_json(found, touches))
    else:
        _tell(found, touches, output)
    if found.blockers or denied or (parsed.fail_on is not None and found.reaches(parsed.fail_on)):
        return 1
    return UNKNOWN if found.doubtful else 0


def would_json(found: WouldConflict, touches: Sequence[Touch]) -> dict[str, object]:
    """The result as JSON, each part as the command has it that is about it alone.

    Pairs are those of `pdev check`, blockers those of `pdev lock --check`, touches those of
    `pdev check --boundaries`.

    Of sessions that the edit does not meet only the names are told, for agents pay for each word.
    """
    made: dict[str, object] = {"session": found.session, "path": found.path}
    schema_locks.put(made, "lines", list(found.lines) if found.lines else None, "all of it")
    made["against"] = {"name": found.base.name, "commit": found.base.oid}
    others = [each for each in found.overlaps if each.b is not None]
    shown = [each for each in others if each.level != Level.CLEAR]
    made["pairs"] = [schema.overlap_json(each, found.names) for each in shown]
    made["clear"] = [found.names[each.b] for each in others if each.b and each not in shown]
    alone = [each for each in found.overlaps if each.b is None]
    made["base"] = [schema.overlap_json(each, found.names) for each in alone]
    made["blockers"] = [schema_locks.blocker_json(each) for each in found.blockers]
    made["touches"] = [touch_json(each) for each in touches]
    return made


def _tell(found: WouldConflict, touches: Sequence[Touch], output: Output) -> None:
    from parallel_tui.services.sharing.blocked import describe

    for blocker in found.blockers:
        output.line(one_line(f"locked     {describe(blocker, time.time())}"))
    for touch in touches:
        if touch.sentence and touch.verdict != "locked":
            output.line(one_line(f"{touch.action:<9}  {touch.worded(BOUNDARY_LINES)}"))
    for overlap in found.overlaps:
        other = found.base.name if overlap.b is None else found.names[overlap.b]
        level = overlap.level
        if level is None:
            output.line(one_line(f"unknown    {other}: {why_not(overlap.verdict)}"))
        elif level is not Level.CLEAR:
            output.line(one_line(f"{option_word(overlap):<9}  {other}: {MEANING[level]}"))
    where = found.path
    if found.lines:
        first, last = found.lines
        where += f", line {first}" if first == last else f", lines {first} to {last}"
    met = sum(each.level != Level.CLEAR for each in found.overlaps)
    output.talk(
        f"An edit of {where} would meet {met or 'nothing'} of {len(found.overlaps)} others."
    )
