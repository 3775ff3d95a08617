"""Commands of `pdev` for another machine: the one place that knows which, and sends them there."""

from __future__ import annotations

import os
import sys

from parallel_tui import bootstrap
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import CouldNotLookError, UsageError
from parallel_tui.model.hosts.reach import split_key
from parallel_tui.options import without_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.hosts.reach import HostReach
    from parallel_tui.services.hosts.elsewhere import OtherMachines

NAMED_BY: Final = {
    "attach": "name",
    "close": "window",
    "diff": "name",
    "remove": "name",
    "resume": "name",
    "status": "name",
    "sync": "sessions",
}
"""Commands that take sessions of other machines as `name@machine`, and where they stand in them."""

_UNDONE: Final = frozenset({"cleanup", "remove", "sync"})
"""Commands that can be undone."""

_FULL_SCREEN: Final = frozenset({"attach"})
"""Commands that are nothing without a terminal."""


def meant(
    arguments: Sequence[str], parsed: argparse.Namespace
) -> Callable[[argparse.Namespace, Output], int] | None:
    """What carries a command out on another machine; `None` for one of this machine.

    Args:
        arguments: The command line; some word of it has an `@`.
        parsed: What it means here.
    """
    arguments = without_place(arguments)
    where = NAMED_BY.get(arguments[0]) if arguments else None
    if where is None:
        return None
    given = getattr(parsed, where, None)
    named = [given] if isinstance(given, str) else list(given or ())
    keys = [key for each in named if (key := split_key(each)) is not None]
    if not keys:
        return None

    def run(parsed: argparse.Namespace, output: Output) -> int:
        core = core_for(parsed, output)
        known = core.hosts.others.names()
        here = {each.name for each in core.sessions.all()} if known else set()
        far = {f"{name}@{host}": (name, host) for name, host in keys if host in known}
        far = {key: each for key, each in far.items() if key not in here}
        if not far:
            own: Callable[[argparse.Namespace, Output], int] = parsed.run
            return own(parsed, output)
        hosts = {host for _, host in far.values()}
        if len(hosts) > 1 or len(far) < len(named):
            raise UsageError(
                "Sessions of several machines cannot be named in one command",
                hint="Say it once for each machine.",
            )
        words = [far[word][0] if word in far else word for word in arguments]
        return send(core, hosts.pop(), words, output)

    return run


def send(core: Core, host: str, words: Sequence[str], output: Output) -> int:
    """Run a command of `pdev` on another machine, in our own terminal.

    Args:
        core: The repository.
        host: The machine.
        words: What stands behind `pdev`.
        output: Where to ask, and to say what went wrong.

    Returns:
        Its status.

    Raises:
        UnnamedError: When it is not known how ssh reaches the machine, and nobody can be asked.
        CouldNotLookError: When it could not be reached.
    """
    others = core.hosts.others
    place = _reached(core, host, output)
    typed = ask.has_terminal(output) and not output.json and output.err.isatty()
    if words[0] in _FULL_SCREEN and not typed:
        raise UsageError(
            "That needs a terminal, and this is none", hint="Run it in a terminal of its own."
        )
    from parallel_tui.services.hosts.answers import UnfoundError, no_program

    output.out.flush()
    run, said = _on_terminal if typed else _passed_on, ""
    for each in others.places(place):
        try:
            status, errors = run(others, each, tuple(words), output)
            break
        except UnfoundError as error:
            said = said or error.said
    else:
        raise no_program(place, words, said, near=not place.program)
    for line in errors.splitlines():
        # ssh says by this that a terminal over there was closed: that is known.
        if not (typed and line.startswith(("Connection to ", "Shared connection to "))):
            output.talk(one_line(line))
    if status == UsageError.exit_code and (told := others.other_version(each)):
        output.talk(one_line(f"pdev: note: {told}"))
    if status == 0 and words[0] in _UNDONE and not output.json and "--dry-run" not in words:
        from parallel_tui.command_lines import on_machine

        output.talk(f"To take it back from here: {on_machine(host, 'pdev undo')}")
    return status


def _on_terminal(
    others: OtherMachines, place: HostReach, words: tuple[str, ...], output: Output
) -> tuple[int, str]:
    """Run a command in our terminal; its status, and what ssh complained."""
    from parallel_tui.ports.hosts.reach import RemoteAnswer
    from parallel_tui.services.hosts.answers import failure_of

    try:
        done = bootstrap.foreground().borrow_terminal(
            others.words(place, words), env=os.environ, draws=True
        )
    except FileNotFoundError:
        raise CouldNotLookError(
            "ssh is not installed on this machine",
            hint="Install it (Debian: apt install openssh-client).",
        ) from None
    errors = done.stderr.decode("utf-8", "surrogateescape")
    failure = failure_of(place, words, RemoteAnswer(done.returncode, "", errors))
    if failure is not None:
        raise failure
    return done.returncode, errors


def _passed_on(
    others: OtherMachines, place: HostReach, words: tuple[str, ...], output: Output
) -> tuple[int, str]:
    """Run a command with our streams; its status, and what was complained."""
    # Only for who asks for it: a loop of a script would lose what stands there for it.
    reads = sys.stdin is not None and any(each == "-" or each.endswith("=-") for each in words)
    answer = others.follow(place, words, output.raw, reads=reads)
    return answer.status or 0, answer.errors


def _reached(core: Core, host: str, output: Output) -> HostReach:
    """How a machine is reached, asking once where nobody has said it yet."""
    from parallel_tui.services.hosts.elsewhere import UnnamedError

    others = core.hosts.others
    try:
        return others.reach(host)
    except UnnamedError as error:
        if not ask.can_ask(output):
            raise
        question = f"Reach {host} with ssh as {error.suggested}, now and later?"
        ask.confirm(output, one_line(question), option=f"hosts.{host}.ssh")
        return others.connect(host, error.suggested)[0]
