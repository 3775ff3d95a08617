"""Run a git command with the standard library alone.

Everything else goes through `runner`, and so through GitPython. These few commands stand before
the first paint, and importing that library costs several times what they cost.
"""

from __future__ import annotations

import re

from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.environment import READ_OPTIONS, complete, text
from parallel_tui.adapters.process import programs
from parallel_tui.errors import GitError
from parallel_tui.model.git_version import Needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_TIMEOUT = 20.0

_SIDE_BY_SIDE = 3.0
"""Seconds for all that are asked side by side; who does not answer is asked again, alone."""


def ask(args: Sequence[str], *, directory: str) -> tuple[int, bytes, str]:
    """Run a read and return its status, output and error output.

    Raises:
        GitError: When git is missing, the directory is gone, or there was no answer in time.
    """
    command = ["git", *READ_OPTIONS, "-C", directory, *args]
    try:
        status, output, complaint = programs.ask(command, env={}, more=complete(), timeout=_TIMEOUT)
    except FileNotFoundError as error:
        raise failure.not_installed() from error
    except TimeoutError as error:
        raise failure.timed_out(args, _TIMEOUT, directory) from error
    except (OSError, ValueError) as error:
        raise GitError(f"git could not be started for {directory}: {error}") from error
    return status, output, text(complaint)


def ask_all(questions: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[int, bytes] | None]:
    """Run reads side by side: of each its status and output.

    Args:
        questions: Directory and arguments of each.

    Returns:
        `None` for one that did not answer: `ask` tells why.
    """
    commands = [["git", *READ_OPTIONS, "-C", directory, *args] for directory, args in questions]
    told = programs.ask_all(commands, env={}, more=complete(), timeout=_SIDE_BY_SIDE)
    return [None if each is None else each[:2] for each in told]


def parse_version(output: str) -> tuple[int, ...]:
    """The numbers in `git version 2.39.5 (Apple Git-154)`; empty when there are none."""
    found = re.search(r"(\d+(?:\.\d+)+)", output)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def demand_minimum(directory: str) -> None:
    """Check that git is new enough; called only after a failure.

    Raises:
        GitError: When it is not, naming the version found.
    """
    status, output, _ = ask(["version"], directory=directory)
    version = parse_version(text(output))
    if status or not Needs.ANYTHING.met_by(version):
        raise failure.too_old(version)
