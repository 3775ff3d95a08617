"""`pdev lock`, `pdev unlock` and `pdev locks`: reserve paths for one session."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output


def _session_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--session",
        metavar="SESSION",
        help="the session (default: PDEV_SESSION, CLAUDE_SESSION_ID, or the current one)",
    )


def configure_lock(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev lock`."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", help="a path from the root, or a pattern: src/api/**"
    )
    _session_option(parser)
    parser.add_argument(
        "--reason",
        default="",
        metavar="TEXT",
        help="the reason, shown to sessions that are blocked",
    )
    parser.add_argument(
        "--ttl", metavar="TIME", help="time after which others may take it: 30m, 2h"
    )
    parser.add_argument(
        "--wait", metavar="TIME", help="wait so long for locks that others hold: 90s, 5m"
    )
    parser.add_argument("--take", action="store_true", help="take over expired locks")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 0 free or mine, 1 held"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_lock)


def run_lock(parsed: argparse.Namespace, output: Output) -> int:
    """Acquire locks, all or none; or only check a path."""
    core = core_for(parsed, output, brief=not parsed.wait)
    if parsed.check:
        return _check(core, parsed, output)
    receipt = core.shared.locks.acquire(
        parsed.paths,
        session=parsed.session,
        reason=parsed.reason,
        ttl=_seconds(parsed.ttl) if parsed.ttl else None,
        take=parsed.take,
        wait=_seconds(parsed.wait) if parsed.wait else 0.0,
    )
    return receipts.show(receipt, output)


def _seconds(time: str) -> float:
    from parallel_tui.model.text import duration

    return duration.parse(time)


def _check(core: Core, parsed: argparse.Namespace, output: Output) -> int:
    from parallel_tui.services.sharing.blocked import describe

    blockers = [
        each for path in parsed.paths for each in core.shared.locks.check(path, parsed.session)
    ]
    if output.json:
        from parallel_tui.cli.render import schema_locks

        output.data(
            {
                "free": not blockers,
                "blockers": [schema_locks.blocker_json(each) for each in blockers],
            }
        )
    else:
        for each in blockers:
            output.line(one_line(describe(each, core.shared.store.now())))
        if not blockers:
            output.line("free")
    return 1 if blockers else 0


def configure_unlock(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev unlock`."""
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", help="the paths or patterns, as they were locked"
    )
    _session_option(parser)
    parser.add_argument("--all", action="store_true", help="every lock of the session")
    parser.add_argument("--force", action="store_true", help="also another session's lock")
    parser.add_argument(
        "--reason", default="", metavar="TEXT", help="the reason, sent to the owner"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_unlock)


def run_unlock(parsed: argparse.Namespace, output: Output) -> int:
    """Release locks."""
    if not parsed.paths and not parsed.all:
        raise UsageError("No path was named", hint="Name one, or use --all.")
    receipt = core_for(parsed, output, brief=True).shared.locks.release(
        parsed.paths,
        session=parsed.session,
        everything=parsed.all,
        force=parsed.force,
        reason=parsed.reason,
    )
    return receipts.show(receipt, output)


def configure_locks(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev locks`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_locks)


def run_locks(parsed: argparse.Namespace, output: Output) -> int:
    """List every lock with its owner, age and state."""
    from parallel_tui.model.sharing.words import script_words
    from parallel_tui.model.text import words

    core = core_for(parsed, output, brief=True)
    locks = core.shared.locks.all()
    if output.json:
        from parallel_tui.cli.render import schema_locks

        shown = [schema_locks.lock_json(lock, core.shared.locks.state(lock)) for lock in locks]
        output.data({"locks": shown})
        return 0
    now = core.shared.store.now()
    for lock in locks:
        age = words.age(now - lock.since) if lock.since is not None else "?"
        owner = "unknown" if lock.owner is None else lock.whose
        cells = (lock.target, owner, core.shared.locks.state(lock).value, age)
        said = ((lock.reason or lock.problem or ""), ", ".join(script_words(lock)))
        output.line(one_line("  ".join(filter(None, (*cells, *said)))))
    if not locks:
        output.talk("No locks.")
    return 0
