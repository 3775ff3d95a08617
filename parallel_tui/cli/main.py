"""The entry point `pdev`.

Exit status: 0 done; 1 understood and refused; 2 wrong usage, wrong configuration, or could not
look; 70 an error of the program itself; 130 and 143 ended by Ctrl+C and SIGTERM; 141 nobody reads.
"""

from __future__ import annotations

import sys

from parallel_tui import __version__

TYPE_CHECKING = (
    False  # the name type checkers know; importing `typing` costs a third of `--version`
)
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):  # before anything is imported for it
        print(f"pdev {__version__}")
        return 0
    from parallel_tui.cli.run import run

    return run(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
