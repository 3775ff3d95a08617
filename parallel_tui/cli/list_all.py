"""`pdev list --all`: the sessions of several repositories in one table."""

from __future__ import annotations

import os
import time

from parallel_tui import bootstrap
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import Output
from parallel_tui.cli.view_once import Look
from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.places import MOST, labels, places
from parallel_tui.surroundings import standing, standing_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from parallel_tui.model.view.snapshot import Snapshot


class _Of(Output):
    """Says of each note which repository it is about."""

    __slots__ = ("_label",)

    def __init__(self, output: Output, label: str) -> None:
        super().__init__(json=output.json, colour=output.colour, out=output.out, err=output.err)
        self._label = label

    def talk(self, text: str) -> None:
        """Print a message that names the repository."""
        super().talk(f"pdev: note: {self._label}: {text.removeprefix('pdev: note: ')}")


def list_all(parsed: argparse.Namespace, output: Output) -> int:
    """Print the sessions of all repositories that are named, or of those that are known.

    All are looked at side by side; one that cannot be is told of, and the others are printed.

    Returns:
        1 where one could not be looked at.
    """
    if "directory" in vars(parsed):
        raise UsageError("--all is about several repositories", hint="Leave out -C, or --all.")
    until = time.monotonic() + parsed.timeout
    found = places(_directories(parsed.directories))
    names = labels([(each.name, each.directory) for each in found])
    begun: list[tuple[str, Look | ParallelError]] = []
    for place, name in zip(found, names, strict=True):
        try:
            begun.append((name, _begun(parsed, _Of(output, name), place.directory, until)))
        except ParallelError as error:
            begun.append((name, place.problem or error))
    seen: list[tuple[str, Snapshot | ParallelError]] = []
    for name, look in begun:
        try:
            seen.append((name, look.snapshot() if isinstance(look, Look) else look))
        except ParallelError as error:
            seen.append((name, error))
    _show(seen, parsed, output)
    return int(any(isinstance(each, ParallelError) for _, each in seen))


def _begun(parsed: argparse.Namespace, output: Output, directory: str, until: float) -> Look:
    parsed.directory = directory
    core = core_for(parsed, output, brief=True)
    return Look(core, output, parsed.timeout, until, quick=parsed.quick)


def _directories(named: Sequence[str]) -> list[str]:
    here = standing(None)
    if named:
        return [standing_in(here, each) for each in named]
    known = bootstrap.known_repositories(os.environ)[:MOST]
    if not known:
        raise UsageError(
            "No repository is known yet",
            hint="Those that pdev-tui has shown are. Or name some: pdev list --all DIR …",
        )
    return list(known)


def _show(
    seen: Sequence[tuple[str, Snapshot | ParallelError]],
    parsed: argparse.Namespace,
    output: Output,
) -> None:
    if parsed.json:
        from parallel_tui.cli.render import errors, schema

        output.data(
            {
                "repositories": [
                    {"label": name, **errors.error_json(each)}
                    if isinstance(each, ParallelError)
                    else {"label": name, **schema.snapshot_json(each)}
                    for name, each in seen
                ]
            }
        )
        return
    from parallel_tui.cli.render import people

    read = [(name, each) for name, each in seen if not isinstance(each, ParallelError)]
    for line in people.table_of_all(read, output, time.time()):
        output.line(line)
    for name, each in seen:
        if isinstance(each, ParallelError):
            _Of(output, name).talk(each.message)
