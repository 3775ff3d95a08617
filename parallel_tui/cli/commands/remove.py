"""`pdev remove`: end a session, after showing everything that would be lost."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.plans import LossError, plan_json
from parallel_tui.command_lines import said
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.lifecycle.removal import ALL, RESTORABLE, Loss, LossKind, RemovalPlan
from parallel_tui.model.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.cli.render.output import Output

KINDS: Final = tuple(kind.value for kind in LossKind)

_ITEMS_SHOWN: Final = 10


def configure_discard(parser: argparse.ArgumentParser) -> None:
    """Add the option that consents to losses."""
    parser.add_argument(
        "--discard",
        metavar="KINDS",
        action="append",
        default=[],
        help=f"what may be lost, separated by commas: {', '.join(KINDS)}, or {ALL}",
    )


def configure_remove(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev remove`."""
    parser.add_argument("name", metavar="SESSION", help="the session")
    configure_discard(parser)
    parser.add_argument(
        "--delete-branch", action="store_true", help="delete its branch too; it stays otherwise"
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what would be lost")
    parser.add_argument(
        "--expect",
        metavar="FINGERPRINT",
        help="only while all is as `--dry-run --json` said, by the fingerprint there",
    )
    parser.add_argument(
        "--yes", "-y", action="store_true", help="do not ask; this consents to no loss"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_remove)


def consents_of(given: list[str]) -> frozenset[str]:
    """The kinds of loss that the user consents to.

    Raises:
        UsageError: When a word is none of them.
    """
    said = frozenset(word for text in given for word in text.replace(",", " ").split())
    unknown = sorted(said - set(KINDS) - {ALL})
    if unknown:
        raise UsageError(
            f"--discard does not know {', '.join(map(repr, unknown))}",
            hint=f"It knows {', '.join(KINDS)}, and {ALL}.",
        )
    return said


def run_remove(parsed: argparse.Namespace, output: Output) -> int:
    """Remove a session, or list what that would lose."""
    consents = consents_of(parsed.discard)
    core = core_for(parsed, output, changes=not parsed.dry_run)
    plan = core.remover.plan(parsed.name, settle=not parsed.dry_run)
    if parsed.dry_run:
        if output.json:
            output.data({"dry_run": True, **plan_json(plan, delete_branch=parsed.delete_branch)})
        else:
            for line in checklist(plan, consents, delete_branch=parsed.delete_branch):
                output.line(line)
        return 0
    if plan.refusal is not None:
        raise RefusedError(plan.refusal)
    if parsed.expect is not None and parsed.expect != plan.fingerprint:
        raise RefusedError(
            f"{plan.name} is not as it was when that was shown; nothing was removed",
            hint="Look at it again, then decide.",
        )
    if not output.json:
        for line in checklist(plan, consents, delete_branch=parsed.delete_branch):
            output.talk(line)
    missing = plan.unconsented(consents)
    if missing and _may_go(missing, plan, output):
        consents |= {loss.kind.value for loss in missing}
    elif missing:
        kinds = sorted({loss.kind.value for loss in missing} | (consents - {ALL}))
        raise LossError(
            f"{plan.name} has something to lose that you did not consent to: "
            + "; ".join(loss.summary for loss in missing),
            hint=f"To let it go (`pdev undo` brings files and commits back): "
            f"--discard {','.join(kinds)}",
            plan=plan,
        )
    if not parsed.yes:
        branch = f" and its branch {plan.branch}" if parsed.delete_branch and plan.branch else ""
        ask.confirm(output, one_line(f"Remove {plan.name}{branch}?"), option="--yes")
    receipt = core.remover.remove(plan, consents, delete_branch=parsed.delete_branch)
    return receipts.show(receipt, output, removed=plan.name)


def _may_go(missing: Iterable[Loss], plan: RemovalPlan, output: Output) -> bool:
    """Ask about losses that `pdev undo` brings back; others need an option."""
    if not ask.can_ask(output) or any(loss.kind not in RESTORABLE for loss in missing):
        return False
    question = f"Move {plan.name} to the trash with all of this? `pdev undo` brings it back."
    ask.confirm(output, one_line(question), option="--discard")
    return True


def checklist(
    plan: RemovalPlan, consents: frozenset[str], *, delete_branch: bool = False
) -> Iterator[str]:
    """What removal would lose, one line each, with a tick for consent."""
    where = plan.path or "a window without a worktree"
    branch = f", branch {plan.branch}" if plan.branch else ""
    yield one_line(f"{plan.name}: {where}{branch}")
    if plan.refusal is not None:
        yield one_line(f"  cannot be removed: {plan.refusal}")
    open_kinds = plan.unconsented(consents)
    for loss in plan.losses:
        tick = " " if loss in open_kinds else "x"
        size = f", {words.size(loss.size)}" if loss.size and "B" not in loss.summary else ""
        yield one_line(f"  [{tick}] {loss.kind.value}: {loss.summary}{size}")
        for item in loss.items[:_ITEMS_SHOWN]:
            yield one_line(f"        {item}")
        more = loss.count - min(len(loss.items), _ITEMS_SHOWN)
        if loss.items and more > 0:
            yield f"        and {more} more"
    if not plan.losses and plan.refusal is None:
        yield "  nothing would be lost"
    for note in plan.told(delete_branch=delete_branch):
        yield one_line(f"  {said(note)}")
