"""`pdev run`: run a command in a slot, in the session that it is typed in."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.errors import ParallelError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.session.worktree import Worktree

_CANNOT_RUN = 126
_NOT_FOUND = 127
"""As shells and `env` have them."""


class NotStartedError(ParallelError):
    """The command could not be started."""

    title = "Not started"


def configure_run(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev run`."""
    parser.add_argument(
        "words", metavar="COMMAND", nargs="+", help="what to run, after `--`: -- make test"
    )
    parser.add_argument(
        "--slot",
        metavar="NAME[:N]",
        help="wait until fewer than N others of all sessions run in this slot (default: as set in "
        "slots, else 1)",
    )
    limits = parser.add_mutually_exclusive_group()
    limits.add_argument(
        "--wait", metavar="TIME", help="wait so long at most: 90s, 5m (default: for ever)"
    )
    limits.add_argument(
        "--no-wait", action="store_true", help="do not wait: exit 75 where the slot is taken"
    )
    parser.add_argument(
        "--session",
        metavar="SESSION",
        help="the session (default: PDEV_SESSION, CLAUDE_SESSION_ID, or the current one)",
    )
    parser.set_defaults(run=run_run)


def run_run(parsed: argparse.Namespace, output: Output) -> int:
    """Wait for our turn, and become the command."""
    from parallel_tui.model.text import duration

    core = core_for(parsed, output, brief=True)
    wait: float | None = None
    if parsed.no_wait:
        wait = 0.0
    elif parsed.wait is not None:
        wait = duration.parse(parsed.wait)
    if wait is not None and parsed.slot is None:
        raise UsageError("Without a slot there is nothing to wait for", hint="Name it: --slot NAME")
    tree, name = _here(core, parsed.session)
    note = lambda text: output.talk(f"pdev: note: {text}")  # noqa: E731
    more = dict(core.machine.ports.environment(tree, note))
    if parsed.slot is not None:
        more |= _take(core, parsed, output, name, wait)
    output.out.flush()
    try:
        core.machine.hand_over(parsed.words, more)
    except (OSError, ValueError) as error:
        return _not_started(output, parsed.words[0], error)


def _take(
    core: Core, parsed: argparse.Namespace, output: Output, name: str, wait: float | None
) -> Mapping[str, str]:
    """Take the slot; variables for the command."""
    import os

    from parallel_tui.model.machine.slots import asked

    slot, limit = asked(parsed.slot)
    set_here = () if limit is not None else core.machine.slots.limits
    if set_here and slot not in set_here:
        output.talk(f"pdev: note: no slot {slot} is set; there are: {', '.join(set_here)}")
    return core.machine.slots.take(
        slot,
        limit,
        session=name,
        command=" ".join(parsed.words),
        directory=os.getcwd(),  # noqa: PTH109
        wait=wait,
        told=lambda text: output.talk(f"pdev: {text}"),
    )


def _here(core: Core, given: str | None) -> tuple[Worktree | None, str]:
    """The worktree that we stand in, and the name of the session that we speak for."""
    told = core.shared.identity.told(given)
    standing = core.sessions.standing_in(core.where)
    name = told or (standing.name if standing is not None else "")
    return standing.worktree if standing is not None else None, name


def _not_started(output: Output, program: str, error: OSError | ValueError) -> int:
    """Say why the command did not start, and with which status shells end then."""
    missing = isinstance(error, FileNotFoundError)
    reason = "there is no such program" if missing else _reason(error)
    if missing and _is_there(program):
        reason = "the program that its first line names (#!) is not there"
    output.error(NotStartedError(f"{program}: {reason}"))
    return _NOT_FOUND if missing else _CANNOT_RUN


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _is_there(program: str) -> bool:
    """Whether a file of that name would be run."""
    from shutil import which

    return which(program) is not None
