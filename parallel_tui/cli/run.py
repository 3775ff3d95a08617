"""Run one command of `pdev`, and report its errors in one place."""

from __future__ import annotations

import errno
import os
import sys

from parallel_tui.cli import names, plain
from parallel_tui.cli.render.output import CouldNotWriteError, Output, let_go, wants_colour
from parallel_tui.errors import ParallelError
from parallel_tui.surroundings import refusal
from parallel_tui.terminable import TERMINATED, terminable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import Final

EXIT_INTERRUPTED: Final = 130
EXIT_NOBODY_READS: Final = 141

_CANNOT_WRITE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def run(arguments: Sequence[str], *, last: bool = False) -> int:
    """Run one command, show whatever goes wrong, and return the exit status.

    Args:
        arguments: The command line, without the program's name.
        last: Whether this process ends with it: told to end, it then asks git nothing more.
    """
    output = Output(json=names.asks_for_json(arguments))
    try:
        try:
            with terminable():
                return _dispatch(arguments, output)
        except ParallelError as error:
            return output.error(error)
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except OSError as error:
            if error.filename is None and error.errno in _CANNOT_WRITE:
                output.abandon()
                return output.error(CouldNotWriteError(f"Standard output: {error.strerror}"))
            return _unforeseen(error, output)
        except Exception as error:
            return _unforeseen(error, output)
    except BrokenPipeError:
        output.abandon()
        return EXIT_NOBODY_READS
    except KeyboardInterrupt:
        if last:
            _end_questions()
        return EXIT_INTERRUPTED
    except SystemExit as error:
        if last and error.code == TERMINATED:
            _end_questions()
        raise


def _end_questions() -> None:
    """Threads that look at many things at once wait for git, and nobody waits for them."""
    from parallel_tui import bootstrap

    bootstrap.end_questions()


def not_written(error: OSError) -> int:
    """Report that something could not be printed, and return the exit status.

    Args:
        error: Why; what is stuck on its way to standard output is dropped.
    """
    if sys.stdout is not None:
        let_go(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return EXIT_NOBODY_READS
    return Output().error(CouldNotWriteError(f"Standard output: {error.strerror}"))


def _unforeseen(error: Exception, output: Output) -> int:
    """Report an unexpected error: a refusal of the system, or a fault of this program."""
    said_no = refusal(error)
    if said_no is None:
        return output.crash(error, os.environ)
    status = output.error(said_no)
    output.trace(error, os.environ)
    return status


def _whole() -> argparse.ArgumentParser:
    """The whole command line."""
    from parallel_tui.cli import parser

    return parser.build_whole()


def _dispatch(arguments: Sequence[str], output: Output) -> int:
    parsed = plain.parse(arguments)
    if parsed is None:
        from parallel_tui.cli import parser

        parsed = parser.parse(arguments)
    if parsed is not None and hasattr(parsed, "whole"):  # a command that tells of all the others
        parsed.whole = _whole
    if parsed is not None and hasattr(parsed, "answer"):  # one that another machine has sent
        parsed.answer = run
    output.colour = not hasattr(parsed, "no_color") and wants_colour(output.out, os.environ)
    command: Callable[..., int] | None = getattr(parsed, "run", None)
    if parsed is not None and any("@" in word for word in arguments):
        from parallel_tui.cli import elsewhere

        command = elsewhere.meant(arguments, parsed) or command
    if command is None:
        parser.build().print_help(output.out)
        status = 0
    else:
        status = command(parsed, output)
    output.out.flush()
    return status
