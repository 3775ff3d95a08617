"""The entry point `pdev`.

Exit status: 0 done; 1 understood and refused; 2 wrong usage, wrong configuration, or could not
look; 70 an error of the program itself; 75 others use it now; 130 and 143 ended by Ctrl+C and
SIGTERM; 141 nobody reads.
"""

from __future__ import annotations

import sys

from parallel_tui import __version__

TYPE_CHECKING = (
    False  # the name type checkers know; importing `typing` costs a third of `--version`
)
if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130

_MANY = 50_000
"""Objects that may be new before the collector looks: a short command makes fewer."""

_FINALIZED = ("atexit", "concurrent.futures", "coverage", "git", "multiprocessing", "tempfile")
"""Modules that may have left something to do at the very end."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    try:
        return _main(argv)
    except KeyboardInterrupt:  # before there was anything else to take it
        return _INTERRUPTED


def _main(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):  # before anything is imported for it
        try:
            print(f"pdev {__version__}", flush=True)
            return 0
        except OSError as error:
            from parallel_tui.cli.run import not_written

            return not_written(error)
    if argv is None:
        import gc

        from parallel_tui.cli import quick_imports

        gc.set_threshold(_MANY)
        quick_imports.install()
    from parallel_tui.cli.run import run

    status = run(arguments, last=argv is None)
    if argv is None:
        _leave(status)
    return status


def _leave(status: int) -> None:
    """End at once where nothing is left to be done: taking everything apart costs a fifth."""
    import os

    threads = sys.modules.get("threading")
    if threads is not None and threads.active_count() > 1:
        return
    if any(name in sys.modules for name in _FINALIZED):
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):  # which Python tells in its own way
        return
    os._exit(status)


if __name__ == "__main__":
    raise SystemExit(main())
