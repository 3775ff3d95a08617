"""`pdev sync`: bring sessions up to date with base, or undo that."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Sequence

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.stopping import stoppable
from parallel_tui.cli.render.sync import fingerprint, line_of, outcome_json, plan_json, preview
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.sync.sync import (
    About,
    Result,
    Skip,
    SyncOutcome,
    SyncPlan,
    SyncProgress,
    undoable_run,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.services.reaching.resting_sync import SyncedAtRest

_BAD: Final = frozenset({Result.CONFLICT, Result.FAILED, Result.CANCELLED})


def configure_sync(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev sync`."""
    parser.add_argument(
        "sessions", metavar="SESSION", nargs="*", help="the sessions (default: the current one)"
    )
    parser.add_argument("--all", action="store_true", help="every session")
    parser.add_argument("--dry-run", action="store_true", help="only show what would happen")
    parser.add_argument(
        "--expect",
        metavar="FINGERPRINT",
        help="only while it would do what `--dry-run --json` said, by the fingerprint there",
    )
    parser.add_argument("--merge", action="store_true", help="merge base in instead of rebasing")
    parser.add_argument("--no-fetch", action="store_true", help="do not fetch from the remote")
    parser.add_argument(
        "--stale",
        action="store_true",
        help="continue with the last fetched state when fetching fails",
    )
    parser.add_argument(
        "--resolved",
        action="store_true",
        help="where git remembers how every conflict was resolved, resolve it so",
    )
    parser.add_argument(
        "--at-rest",
        action="store_true",
        help="each once its agent is proved at rest: now, or while a dashboard runs",
    )
    parser.add_argument(
        "--undo",
        metavar="TIME",
        nargs="?",
        const="",
        help="restore branches to their state before this sync (default: the newest)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_sync)


def run_sync(parsed: argparse.Namespace, output: Output) -> int:
    """Sync, show the plan of a sync, or undo one."""
    if parsed.undo is not None and (parsed.sessions or parsed.all or parsed.dry_run):
        raise UsageError("--undo puts back a whole sync; it takes no sessions")
    if parsed.all and parsed.sessions:
        raise UsageError("Either sessions or --all, not both")
    others = (parsed.all, parsed.merge, parsed.dry_run, parsed.undo is not None, parsed.resolved)
    if parsed.at_rest and any(others):
        raise UsageError("--at-rest takes the names of sessions, and no other way of syncing them")
    from parallel_tui.cli.render.moved import tell_moves

    core = core_for(parsed, output, changes=not parsed.dry_run)
    tell_moves(core, output)
    if parsed.at_rest:
        return show_at_rest(core.reaching.resting_sync.ask(_wanted(parsed.sessions, core)), output)
    if parsed.undo is not None:
        return show_undone(core.syncer.undo(parsed.undo or None), output)
    plan = core.syncer.plan(
        None if parsed.all else _wanted(parsed.sessions, core),
        merge=parsed.merge,
        fetch=not parsed.no_fetch,
        stale=parsed.stale,
        resolved=parsed.resolved,
        tell=_progress(output),
        settle=not parsed.dry_run,
    )
    if parsed.dry_run:
        if output.json:
            output.data({"dry_run": True, **plan_json(plan)})
        else:
            for line in preview(plan):
                output.line(line)
        return 0
    if parsed.expect is not None and parsed.expect != fingerprint(plan):
        raise RefusedError(
            "Sessions or base are not as they were when that was shown; nothing was synced",
            hint="Look at them again, then decide.",
        )
    if not output.json:
        for note in plan.notes:
            output.talk(note)
    return _run(core, plan, output, named=not parsed.all)


def show_at_rest(receipt: SyncedAtRest, output: Output) -> int:
    """Print what became of syncs at rest; the status is 1 where a session conflicts."""
    from parallel_tui.cli.render import receipts

    facts = {name: list(getattr(receipt, name)) for name in ("synced", "queued", "failed")}
    receipts.show(receipt, output, **facts)
    return int(bool(receipt.failed))


def _wanted(names: Sequence[str], core: Core) -> Sequence[str]:
    if names:
        return names
    here = core.sessions.standing_in(core.syncer.planner.cwd)
    if here is None or here.worktree is None or here.worktree.is_main:
        raise UsageError("No session was named", hint="Name sessions, or use --all.")
    return [here.key]


def _progress(output: Output) -> Callable[[str], None]:
    """Show git's progress on one line that is overwritten; nothing without a terminal."""

    def tell(line: str) -> None:
        if not output.json and output.err.isatty():
            output.err.write(f"\r\x1b[K{one_line(line)}")
            output.err.write("\r\x1b[K" if "done" in line else "")
            output.err.flush()

    return tell


def _run(core: Core, plan: SyncPlan, output: Output, *, named: bool) -> int:
    outcomes: list[SyncOutcome] = []
    with stoppable(output, "session") as stop:
        try:
            for each in core.syncer.run(plan, cancelled=stop.is_set):
                if isinstance(each, SyncProgress):
                    continue
                ours = each.about is About.SESSION
                if ours and each.skip is Skip.BASE and plan.forward is not None:
                    continue  # what becomes of base is told by an outcome of its own
                outcomes.append(each)
                if not output.json:
                    output.line(line_of(each, output))
                    output.out.flush()
        except ParallelError as error:
            if not outcomes:
                raise
            return output.error(error, **_json(outcomes))
    if stop.is_set():
        _show(outcomes, output, plan)
        return 130
    return _show(outcomes, output, plan, skipped_is_bad=named)


def _show(
    outcomes: Sequence[SyncOutcome], output: Output, plan: SyncPlan, *, skipped_is_bad: bool = False
) -> int:
    """Print all outcomes and a summary; returns the exit status."""
    if output.json:
        output.data({**plan_json(plan), **_json(outcomes)})
    elif (run := undoable_run(outcomes)) is not None:
        output.talk(f"To take it back: pdev sync --undo {run}")
    clashed = [each.name for each in outcomes if each.result is Result.CONFLICT]
    again = [each.name for each in plan.sessions if each.remembered and each.name in clashed]
    if again and not output.json:
        how = " --merge" if plan.merge else ""
        output.talk(
            one_line(
                "git remembers how this was resolved: "
                f"pdev sync --resolved{how} {shlex.join(again)}"
            )
        )
    if clashed and not output.json:
        what = f"git merge {plan.onto_name}" if plan.merge else f"git rebase {plan.onto_name}"
        where = f'cd "$(pdev path {shlex.quote(clashed[0])})"'
        output.talk(one_line(f"Resolve the conflict in its worktree: {where} && {what}"))
    # That base itself stays is told, and is no failure of the sessions that were asked for.
    asked = [each for each in outcomes if each.about is not About.BASE]
    return _status(asked, skipped_is_bad=skipped_is_bad)


def show_undone(outcomes: Sequence[SyncOutcome], output: Output, **more: object) -> int:
    """Print the outcome of each branch of an undone sync; returns the exit status."""
    if output.json:
        output.data({**more, **_json(outcomes)})
    else:
        for each in outcomes:
            output.line(line_of(each, output))
    return _status(outcomes, skipped_is_bad=True)


def _json(outcomes: Sequence[SyncOutcome]) -> dict[str, object]:
    done = sum(each.result is Result.SYNCED for each in outcomes)
    return {"synced": done, "outcomes": [outcome_json(each) for each in outcomes]}


def _status(outcomes: Sequence[SyncOutcome], *, skipped_is_bad: bool) -> int:
    bad = any(each.result in _BAD for each in outcomes)
    refused = skipped_is_bad and any(
        each.result is Result.SKIPPED and each.skip is not Skip.LEVEL for each in outcomes
    )
    return 1 if bad or refused else 0
