"""`pdev check`: predict conflicts, for people, scripts, pre-commit hooks and CI.

Exit status: 1 when a pair reaches the level asked for, else 2 when a pair could not be judged,
else 0. With `--boundaries`: 1 when a change is denied, else 2 when boundaries cannot be used.
"""

from __future__ import annotations

import os

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError
from parallel_tui.model.fact import why_not
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.overlap.words import OPTION_WORDS, option_word, path_words, remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.services.overlap.check import Checked

LEVELS: Final = {OPTION_WORDS[level]: level for level in Level if level is not Level.CLEAR}
"""Words for levels, as `--fail-on` takes them and as they are printed."""

_COLOURS: Final = {
    Level.SAME_FILE: "36",
    Level.NEAR: "33",
    Level.CONFLICT: "31",
    Level.REBASE: "35",
}
_MOST_PATHS: Final = 5
UNKNOWN: Final = 2
"""Exit status when a pair could not be judged."""


def configure_check(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev check`."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "name", metavar="SESSION", nargs="?", help="compare one session with all others"
    )
    which.add_argument(
        "--staged",
        action="store_true",
        help="compare only the staged changes of the current session with all others",
    )
    which.add_argument(
        "--all", action="store_true", help="compare every pair of sessions (the default)"
    )
    which.add_argument(
        "--mine", action="store_true", help="compare the current session with all others"
    )
    parser.add_argument(
        "--path",
        metavar="PATH",
        help="only say what an edit of this file would conflict with, in the current session or "
        "the one named",
    )
    parser.add_argument(
        "--lines",
        type=_line_range,
        metavar="A-B",
        help="with --path: the lines that would be replaced (default: all of them)",
    )
    parser.add_argument(
        "--against", metavar="BASE", help="use this branch instead of the configured base"
    )
    parser.add_argument(
        "--fail-on",
        type=_level,
        default=Level.CONFLICT,
        metavar="LEVEL",
        help="exit with 1 from this level on: same-file, near, conflict (the default), rebase, or "
        "their numbers 1 to 4; or never",
    )
    parser.add_argument(
        "--boundaries",
        action="store_true",
        help="instead of pairs, check what sessions changed (with --staged: what is staged) "
        "against locks and against the boundaries that base has; exit with 1 if it is denied",
    )
    parser.add_argument(
        "--compile",
        action="store_true",
        help="with --boundaries: check nothing, only compile them for the hooks of agents",
    )
    parser.add_argument(
        "--session", metavar="SESSION", help="with --boundaries: check it in this session's name"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--brief", action="store_true", help="with --json: only pairs that are not surely clear"
    )
    parser.set_defaults(run=run_check)


def _line_range(text: str) -> tuple[int, int]:
    from parallel_tui.cli.commands.what_if import line_range

    return line_range(text)


def _level(word: str) -> Level | None:
    """Parse a level from its word or number; `None` for never."""
    if word == "never":
        return None
    if word in LEVELS:
        return LEVELS[word]
    try:
        level = Level(int(word))
    except ValueError:
        level = Level.CLEAR
    if level is Level.CLEAR:  # every pair has that one: it would not be a check
        import argparse

        words = ", ".join(LEVELS)
        raise argparse.ArgumentTypeError(f"{word!r} is none of {words}, 1 to 4, never")
    return level


def run_check(parsed: argparse.Namespace, output: Output) -> int:
    """Predict conflicts, or check boundaries, and print what was found."""
    for name in ("session", "compile"):
        if vars(parsed)[name] and not parsed.boundaries:
            raise UsageError(f"--{name} goes with --boundaries")
    if parsed.path is None and parsed.lines is not None:
        raise UsageError("--lines says nothing without --path")
    core = core_for(parsed, output, brief=True)
    if parsed.path is not None:
        if parsed.staged or parsed.all or parsed.against is not None:
            raise UsageError("--path goes neither with --staged, --all nor --against")
        from parallel_tui.cli.commands.what_if import run_what_if

        return run_what_if(core, parsed, output)
    here = vars(parsed).get("directory") or "."
    if parsed.boundaries:
        return _check_boundaries(parsed, core, here, output)
    checked = core.checker.check(
        core.shared.identity.name() if parsed.mine else parsed.name,
        staged_in=os.path.realpath(here) if parsed.staged else None,
        # git tells a hook which index it is about to commit; it may not be the worktree's own.
        index=_hook_index() if parsed.staged else None,
        against=parsed.against,
    )
    checked = _with_proofs(core, checked)
    if checked.unseen:
        output.talk(one_line(f"pdev: note: {checked.unseen}"))
    if output.json:
        output.data(check_json(checked, brief=parsed.brief))
    else:
        _tell(checked, output)
    if parsed.fail_on is not None and checked.reaches(parsed.fail_on):
        return 1
    return UNKNOWN if checked.doubtful else 0


def _with_proofs(core: Core, checked: Checked) -> Checked:
    """The result with what tests have told of sessions as they are now."""
    if not os.path.exists(core.repository.proofs):  # noqa: PTH110
        return checked
    from parallel_tui.bootstrap.landing.proving import known_marks

    def heads() -> dict[str, str]:
        return {
            checked.names[tree.git_dir]: tree.head
            for tree in core.git.worktrees()
            if tree.git_dir in checked.names and tree.head is not None
        }

    known = known_marks(core, heads, checked.base.oid)
    if known is None or not known.tracked:
        return checked
    from parallel_tui.model.proving.attached import attached
    from parallel_tui.record import replace

    return replace(checked, overlaps=attached(checked.overlaps, known, checked.names))


def _check_boundaries(parsed: argparse.Namespace, core: Core, here: str, output: Output) -> int:
    from parallel_tui.cli.render import boundaries

    if parsed.compile:
        return boundaries.tell_policy(core.boundaries.checker.compile(parsed.against), output)
    report = core.boundaries.checker.check(
        parsed.name,
        staged_in=os.path.realpath(here) if parsed.staged else None,
        index=_hook_index() if parsed.staged else None,
        session=parsed.session,
        against=parsed.against,
    )
    if output.json:
        output.data(boundaries.report_json(report))
    else:
        boundaries.tell(report, output)
    if report.denied:
        return 1
    return UNKNOWN if report.unknown else 0


def _hook_index() -> str | None:
    named = os.environ.get("GIT_INDEX_FILE")
    return os.path.realpath(named) if named else None


def check_json(checked: Checked, *, brief: bool = False) -> dict[str, object]:
    """The result as JSON.

    Args:
        checked: The result.
        brief: Whether to count pairs of sessions that are surely clear instead of telling them.
    """
    from parallel_tui.cli.render import schema

    alone = [each for each in checked.overlaps if each.b is None]
    pairs = [each for each in checked.overlaps if each.b is not None]
    shown = [each for each in pairs if not (brief and _surely_clear(each))]
    made: dict[str, object] = {
        "against": {"name": checked.base.name, "commit": checked.base.oid},
        "pairs": [schema.overlap_json(each, checked.names) for each in shown],
        "base": [schema.overlap_json(each, checked.names) for each in alone],
    }
    return {**made, "clear": len(pairs) - len(shown)} if brief else made


def _surely_clear(overlap: Overlap) -> bool:
    verdict = overlap.verdict
    clear = isinstance(verdict, Verdict) and not verdict.level and not verdict.limited
    return clear and not overlap.breaks


def _tell(checked: Checked, output: Output) -> None:
    clear = 0
    for overlap in checked.overlaps:
        verdict = overlap.verdict
        other = checked.base.name if overlap.b is None else checked.names[overlap.b]
        pair = f"{checked.names[overlap.a]} × {other}"
        if not isinstance(verdict, Verdict):
            output.line(f"{option_word(overlap):<9}  {one_line(f'{pair}: {why_not(verdict)}')}")
            continue
        clear += _surely_clear(overlap)
        # What is said of a session and base is not said once more for each of its pairs.
        shown = verdict.level or verdict.limited or overlap.breaks
        if shown or (overlap.b is None and verdict.notes):
            level = max(verdict.level, Level.CONFLICT) if overlap.breaks else verdict.level
            name = "breaks" if level is not verdict.level else option_word(overlap)
            word = output.paint(f"{name:<9}", _COLOURS.get(level, ""))
            said = "; ".join(remarks(overlap, checked.names))
            output.line(f"{word}  {one_line(_sentence(pair, verdict, said))}")
    output.talk(f"{clear} of {len(checked.overlaps)} pairs are clear.")


def _sentence(pair: str, verdict: Verdict, said: str) -> str:
    shown = [path_words(path) for path in verdict.paths[:_MOST_PATHS]]
    more = len(verdict.paths) - len(shown)
    told = ", ".join([*shown, *([f"{more} more"] if more > 0 else [])])
    if verdict.level is Level.REBASE:
        told = f"clean to merge, not to rebase{': ' if told else ''}{told}"
    sentence = f"{pair}: {told}" if told else pair
    return sentence + (f" [{said}]" if said else "")
