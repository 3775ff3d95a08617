"""`pdev cleanup` and `pdev prune`: remove merged sessions, and entries without a directory."""

from __future__ import annotations

import argparse

from parallel_tui.cli.commands.remove import KINDS, checklist, consents_of
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.plans import plan_json
from parallel_tui.command_lines import hint_of
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.lifecycle.removal import ALL
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.services.receipt import Receipt
    from parallel_tui.services.removal.cleanup import Candidate


def configure_cleanup(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev cleanup`."""
    parser.add_argument("name", metavar="SESSION", nargs="*", help="only these sessions")
    parser.add_argument("--delete-branch", action="store_true", help="delete their branches too")
    parser.add_argument("--dry-run", action="store_true", help="only show which, and the proofs")
    parser.add_argument(
        "--fetch", action="store_true", help="first fetch what was merged on the remote"
    )
    parser.add_argument(
        "--end-idle",
        action="store_true",
        help="also merged sessions with an agent at rest, which is ended",
    )
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_cleanup)


def run_cleanup(parsed: argparse.Namespace, output: Output) -> int:
    """Show merged sessions with proofs, and remove them after one question."""
    from parallel_tui.cli.render.moved import tell_moves

    core = core_for(parsed, output, changes=not parsed.dry_run)
    tell_moves(core, output)
    if parsed.fetch:
        output.talk(one_line(core.cleaner.fetcher.fetch()))
    candidates = core.cleaner.candidates(settle=not parsed.dry_run)
    chosen = core.cleaner.choose(candidates, parsed.name, end_idle=parsed.end_idle)
    if output.json and parsed.dry_run:
        output.data({"dry_run": True, "sessions": [_json(each, chosen) for each in candidates]})
        return 0
    if not output.json:
        tell = output.line if parsed.dry_run else output.talk
        for each in candidates:
            if parsed.name and each not in chosen:
                continue
            mark = "x" if each in chosen else "?" if each.verdict.unknown else " "
            why = each.why_not or each.proof
            if each.ends and each not in chosen:
                why = f"{why}; its agent is at rest: --end-idle ends it"
            tell(one_line(f"[{mark}] {each.name}: {why}"))
            if each in chosen and each.plan is not None:
                for loss in each.plan.losses:
                    tell(one_line(f"      goes with it: {loss.summary}"))
        if not candidates:
            output.talk("There is no session besides the main worktree.")
    if parsed.dry_run:
        return 0
    if chosen and not parsed.yes:
        branches = " and their branches" if parsed.delete_branch else ""
        ask.confirm(output, f"Remove {plural(len(chosen), 'session')}{branches}?", option="--yes")
    return receipts.show(core.cleaner.clean(chosen, delete_branch=parsed.delete_branch), output)


def _json(candidate: Candidate, chosen: tuple[Candidate, ...]) -> dict[str, object]:
    verdict = candidate.verdict
    return {
        "session": candidate.name,
        "branch": candidate.branch,
        "ready": candidate.ready,
        "unknown": verdict.unknown,
        "chosen": candidate in chosen,
        "proof": verdict.proof.value if verdict.proof else None,
        "target": verdict.target or None,
        "commit": verdict.via,
        "why": candidate.why_not or verdict.words,
        "ends": list(candidate.ends),
        "plan": plan_json(candidate.plan) if candidate.plan is not None else None,
    }


def configure_prune(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev prune`."""
    parser.add_argument(
        "name",
        metavar="SESSION",
        nargs="*",
        help="the entries to remove or repair (default: only list them)",
    )
    parser.add_argument(
        "--repair", action="store_true", help="the directory was moved: tell git its new path"
    )
    parser.add_argument(
        "--discard",
        metavar="KINDS",
        action="append",
        default=[],
        help=f"what may go to the trash, separated by commas: {', '.join(KINDS)}, or {ALL}",
    )
    parser.add_argument("--dry-run", action="store_true", help="only show them")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_prune)


def run_prune(parsed: argparse.Namespace, output: Output) -> int:
    """Show worktree entries without a directory; remove or repair the named ones."""
    consents = consents_of(parsed.discard)
    if parsed.repair and not parsed.name:
        raise UsageError("--repair needs the names of entries", hint="pdev prune lists them.")
    core = core_for(parsed, output, changes=not parsed.dry_run)
    found = core.pruner.gone(parsed.name, settle=not parsed.dry_run)
    only_shown = parsed.dry_run or not parsed.name
    if output.json and only_shown:
        entries = [{"moved_to": each.moved_to, **plan_json(each.plan)} for each in found]
        output.data({"dry_run": True, "gone": entries})
        return 0
    if not output.json:
        tell = output.line if only_shown else output.talk
        for each in found:
            if each.moved_to is not None:
                tell(one_line(f"{each.name}: {each.plan.path}"))
                again = f"it was only moved to {each.moved_to}: pdev prune --repair {each.name}"
                tell(one_line(f"  {again}"))
                continue
            for line in checklist(each.plan, consents):
                tell(line)
        if not found:
            output.talk("Every entry has its directory.")
    if only_shown:
        return 0
    if not parsed.yes and not parsed.repair:
        many = plural(len(found), "entry", "entries")
        ask.confirm(output, f"Remove {many}?", option="--yes")
    done: list[Receipt] = []
    failed: list[ParallelError] = []
    with core.shared.status.once() as told:
        for each in found:
            try:
                prune = core.pruner
                done.append(prune.repair(each) if parsed.repair else prune.prune(each, consents))
            except ParallelError as error:
                failed.append(error)
    if done:
        done[-1] = done[-1].with_warnings(told)
    if output.json and not failed:
        output.data(
            {
                "done": receipts.together(done),
                "entries": [receipts.facts(receipt) for receipt in done],
                "warnings": [warning for receipt in done for warning in receipt.warnings],
            }
        )
        return 0
    if not output.json:
        for receipt in done:
            receipts.show(receipt, output)
    if failed:
        hints = dict.fromkeys(filter(None, map(hint_of, failed)))
        raise RefusedError("; ".join(error.message for error in failed), hint="\n".join(hints))
    return 0
