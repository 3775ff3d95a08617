"""The entry point `pdev`.

Exit status: 0 done; 1 understood and refused; 2 wrong usage, wrong configuration, or could not
look; 70 an error of the program itself; 130 and 143 ended by Ctrl+C and SIGTERM; 141 nobody reads.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from parallel_tui import __version__

if TYPE_CHECKING:
    from parallel_tui.cli.output import Output

EXIT_INTERRUPTED: Final = 130
EXIT_NOBODY_READS: Final = 141
EXIT_TERMINATED: Final = 143


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):  # before anything is imported for it
        print(f"pdev {__version__}")
        return 0
    return _run(arguments)


def _run(arguments: list[str]) -> int:
    from parallel_tui.cli import parser as commands
    from parallel_tui.cli.output import Output
    from parallel_tui.errors import ParallelError

    output = Output(json=commands.asks_for_json(arguments))
    try:
        try:
            with _terminable():
                return _dispatch(arguments, output)
        except ParallelError as error:
            return output.error(error)
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except Exception as error:
            return output.crash(error, os.environ)
    except BrokenPipeError:
        output.abandon()
        return EXIT_NOBODY_READS
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _dispatch(arguments: list[str], output: Output) -> int:
    from parallel_tui.cli import parser as commands
    from parallel_tui.cli.output import wants_colour

    parser = commands.build()
    parsed = parser.parse_args(arguments)
    output.colour = not hasattr(parsed, "no_color") and wants_colour(output.out, os.environ)
    run: Callable[..., int] | None = getattr(parsed, "run", None)
    if run is None:
        parser.print_help(output.out)
        status = 0
    else:
        status = run(parsed, output)
    output.out.flush()
    return status


@contextmanager
def _terminable() -> Iterator[None]:
    """Make SIGTERM unwind the stack, so that threads and children are ended."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(EXIT_TERMINATED)

    try:
        before = signal.signal(signal.SIGTERM, leave)
    except ValueError:  # not the main thread; whoever is can end us
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    raise SystemExit(main())
