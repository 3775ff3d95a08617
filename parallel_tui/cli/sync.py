"""`pdev sync`: bring sessions up to date with base, and take it back."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from parallel_tui.cli.look import core_for
from parallel_tui.cli.output import one_line
from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.model.sync import (
    Result,
    SessionSync,
    SyncOutcome,
    SyncPlan,
    SyncProgress,
)
from parallel_tui.model.words import plural

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.output import Output

_GLYPHS: Final = {
    Result.SYNCED: "✓",
    Result.SKIPPED: "·",
    Result.CONFLICT: "✗",
    Result.FAILED: "✗",
    Result.CANCELLED: "·",
    Result.RECOVERED: "↺",
}
_COLOURS: Final = {Result.SYNCED: "32", Result.CONFLICT: "33", Result.FAILED: "31"}
_BAD: Final = frozenset({Result.CONFLICT, Result.FAILED, Result.CANCELLED})


def configure_sync(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev sync`."""
    parser.add_argument("sessions", metavar="SESSION", nargs="*", help="which; else where you are")
    parser.add_argument("--all", action="store_true", help="every session")
    parser.add_argument("--dry-run", action="store_true", help="only show what would happen")
    parser.add_argument("--merge", action="store_true", help="merge base in instead of rebasing")
    parser.add_argument("--no-fetch", action="store_true", help="do not ask the remote")
    parser.add_argument(
        "--stale", action="store_true", help="go on with what is known when fetching fails"
    )
    parser.add_argument(
        "--undo",
        metavar="TIME",
        nargs="?",
        const="",
        help="put branches back as they were before that sync; the newest by default",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_sync)


def run_sync(parsed: argparse.Namespace, output: Output) -> int:
    """Sync, show what it would do, or undo it."""
    if parsed.undo is not None and (parsed.sessions or parsed.all or parsed.dry_run):
        raise UsageError("--undo puts back a whole sync; it takes no sessions")
    if parsed.all and parsed.sessions:
        raise UsageError("Either sessions or --all, not both")
    core = core_for(parsed, output)
    if parsed.undo is not None:
        return _show(core.syncer.undo(parsed.undo or None), output, undo=True)
    plan = core.syncer.planner.plan(
        None if parsed.all else _wanted(parsed.sessions, core),
        merge=parsed.merge,
        fetch=not parsed.no_fetch,
        stale=parsed.stale,
        tell=_progress(output),
    )
    if parsed.dry_run:
        if output.json:
            output.data({"dry_run": True, **plan_json(plan)})
        else:
            for line in preview(plan):
                output.line(line)
        return 0
    if not output.json:
        for note in plan.notes:
            output.talk(note)
    return _run(core, plan, output, named=not parsed.all)


def _wanted(names: Sequence[str], core: Core) -> Sequence[str]:
    if names:
        return names
    here = core.sessions.standing_in(core.syncer.planner.cwd)
    if here is None or here.worktree is None or here.worktree.is_main:
        raise UsageError("No session was named", hint="Name sessions, or use --all.")
    return [here.key]


def _progress(output: Output) -> Callable[[str], None]:
    """Git's progress on one line that is drawn over; nothing where nobody watches."""

    def tell(line: str) -> None:
        if not output.json and output.err.isatty():
            output.err.write(f"\r\x1b[K{one_line(line)}")
            output.err.write("\r\x1b[K" if "done" in line else "")
            output.err.flush()

    return tell


def _run(core: Core, plan: SyncPlan, output: Output, *, named: bool) -> int:
    outcomes: list[SyncOutcome] = []
    with _stoppable(output) as stop:
        try:
            for each in core.syncer.run(plan, cancelled=stop.is_set):
                if isinstance(each, SyncProgress):
                    continue
                outcomes.append(each)
                if not output.json:
                    output.line(line_of(each, output))
                    output.out.flush()
        except ParallelError as error:
            if outcomes:
                setattr(error, "details", {"outcomes": [outcome_json(o) for o in outcomes]})  # noqa: B010
            raise
    if stop.is_set():
        _show(outcomes, output, quiet=True, plan=plan)
        return 130
    return _show(outcomes, output, quiet=True, plan=plan, skipped_is_bad=named)


def _show(
    outcomes: Sequence[SyncOutcome],
    output: Output,
    *,
    quiet: bool = False,
    undo: bool = False,
    plan: SyncPlan | None = None,
    skipped_is_bad: bool = False,
) -> int:
    done = sum(each.result is Result.SYNCED for each in outcomes)
    if output.json:
        about = plan_json(plan) if plan else {}
        output.data({**about, "synced": done, "outcomes": [outcome_json(o) for o in outcomes]})
    elif not quiet:
        for each in outcomes:
            output.line(line_of(each, output))
    if not output.json and any(each.backup for each in outcomes) and not undo:
        run = next(each.backup for each in outcomes if each.backup).split("/")[4]
        output.talk(f"To take it back: pdev sync --undo {run}")
    bad = any(each.result in _BAD for each in outcomes)
    refused = (skipped_is_bad or undo) and any(
        each.result is Result.SKIPPED and each.skip is not None and each.skip.value != _LEVEL
        for each in outcomes
    )
    return 1 if bad or refused else 0


_LEVEL: Final = "nothing to do"


@contextmanager
def _stoppable(output: Output) -> Iterator[threading.Event]:
    """Let Ctrl+C and SIGTERM end a run between two sessions, never inside one."""
    stop = threading.Event()

    def note(number: int, frame: object) -> None:
        if not stop.is_set():
            stop.set()
            output.talk("pdev: finishing this session, then stopping")

    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, note)
    except ValueError:  # not the main thread; whoever is can stop us
        before = {}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def preview(plan: SyncPlan) -> Iterator[str]:
    """What a run would do, in lines for people."""
    for note in plan.notes:
        yield one_line(note)
    if plan.forward:
        yield one_line(f"{plan.base} would move on to {plan.onto_name} ({plan.onto[:10]})")
    for row in plan.sessions:
        if row.skip is not None:
            yield one_line(f"· {row.name}: {row.skip.value}: {row.detail}")
            continue
        yield one_line(_head(row, plan))
        for step in row.steps:
            mark = f"  ✗ conflicts in {', '.join(step.conflicts)}" if step.conflicts else ""
            yield one_line(f"    {step.commit[:10]} {step.subject}{mark}")
        if row.conflicts:
            yield one_line(f"    ✗ conflicts in {', '.join(row.conflicts)}")
        for note in row.notes:
            yield one_line(f"    {note}")


def _head(row: SessionSync, plan: SyncPlan) -> str:
    glyph = "✗" if row.conflicting else "→"
    lacking = f"{plural(row.behind, 'commit')} behind {plan.onto_name}"
    if plan.merge:
        return f"{glyph} {row.name} ({row.branch}): {lacking}, to be merged"
    own = plural(len(row.steps), "commit")
    return f"{glyph} {row.name} ({row.branch}): {lacking}, {own} to replay"


def line_of(outcome: SyncOutcome, output: Output) -> str:
    """How it ended for one session, in one line."""
    skip = f"{outcome.skip.value}: " if outcome.skip and outcome.result is Result.SKIPPED else ""
    moved = ""
    if outcome.after and outcome.before and outcome.after != outcome.before:
        moved = f"  {outcome.before[:10]} → {outcome.after[:10]}"
    glyph = output.paint(_GLYPHS[outcome.result], _COLOURS.get(outcome.result, ""))
    return f"{glyph} " + one_line(f"{outcome.name}: {skip}{outcome.message}{moved}")


def plan_json(plan: SyncPlan) -> dict[str, object]:
    """A plan as JSON."""
    return {
        "base": plan.base,
        "onto": plan.onto,
        "onto_name": plan.onto_name,
        "merge": plan.merge,
        "fetched": plan.fetched,
        "forward": plan.forward,
        "notes": list(plan.notes),
        "sessions": [
            {
                "session": row.name,
                "key": row.key,
                "path": row.path,
                "branch": row.branch,
                "head": row.head,
                "behind": row.behind,
                "skip": row.skip.value if row.skip else None,
                "detail": row.detail,
                "commits": [
                    {
                        "commit": step.commit,
                        "subject": step.subject,
                        "conflicts": list(step.conflicts),
                    }
                    for step in row.steps
                ],
                "conflicts": list(row.conflicts),
                "notes": list(row.notes),
            }
            for row in plan.sessions
        ],
    }


def outcome_json(outcome: SyncOutcome) -> dict[str, object]:
    """How it ended for one session, as JSON."""
    return {
        "session": outcome.name,
        "branch": outcome.branch,
        "result": outcome.result.value,
        "message": outcome.message,
        "before": outcome.before,
        "after": outcome.after,
        "backup": outcome.backup or None,
        "skip": outcome.skip.value if outcome.skip else None,
    }
