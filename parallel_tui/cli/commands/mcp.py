"""`pdev mcp`: the tools of an agent, over standard input and output."""

from __future__ import annotations

import os
from functools import partial

from parallel_tui.errors import UsageError
from parallel_tui.options import repeated
from parallel_tui.surroundings import standing

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from parallel_tui.cli.render.output import Output
    from parallel_tui.ports.system import OwnCommand


_ENDS = 8
"""Open files that an event loop with its threads needs at least."""


def configure_mcp(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev mcp`: none of its own."""
    parser.set_defaults(run=run_mcp)


def run_mcp(parsed: argparse.Namespace, output: Output) -> int:
    """Serve an agent until it is gone."""
    try:
        from parallel_tui.cli.mcp import server
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("anyio", "mcp", "mcp_types", "pydantic"):
            raise
        raise UsageError(
            "`pdev mcp` needs the package mcp 2, which is not installed",
            hint="Install it: pip install 'pdev-tui[mcp]', or pipx inject pdev-tui 'mcp>=2.3,<3'.",
        ) from error
    told = repeated(parsed)
    directory = os.path.realpath(standing(vars(parsed).get("directory")))
    env = server.environment(os.environ, os.getppid())
    _demand_files()
    server.tell_people()
    server.serve(partial(_ask, told, {**env, "PWD": directory}, directory))
    return 0


def _demand_files() -> None:
    """Have some files opened and closed: an event loop that cannot open its own says so badly.

    Raises:
        OSError: When there are too few.
    """
    ends = [end for _ in range(_ENDS // 2) for end in os.pipe()]
    for end in ends:
        os.close(end)


def _ask(
    told: Sequence[str], env: dict[str, str], directory: str, words: Sequence[str]
) -> OwnCommand:
    from parallel_tui.bootstrap import ask_ourselves

    return ask_ourselves([words[0], *told, *words[1:]], env, directory)
