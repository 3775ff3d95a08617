"""Ask another machine's `pdev`, and pass on what it answers.

Where its shell does not find the program, the usual place beside the `PATH` is tried: nothing has
begun then.
"""

from __future__ import annotations

import os

from parallel_tui import __version__
from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.hosts import reach
from parallel_tui.model.hosts.marks import Between
from parallel_tui.record import replace
from parallel_tui.services.hosts.answers import (
    ElsewhereError,
    UnfoundError,
    failure_of,
    no_program,
    object_in,
    there,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from parallel_tui.model.hosts.reach import HostReach
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.hosts.reach import RemoteAnswer, RemoteShell

QUESTION: Final = 40.0
"""Seconds that a question may take."""

FETCH: Final = 180.0
"""The same where a remote is asked there."""

CHANGE: Final = 900.0
"""Seconds that a change may take: commands that prepare a session among it."""


def fresh_mark() -> str:
    """A mark that nobody could know before."""
    return os.urandom(8).hex()


class Asking:
    """Asks machines of which it is known how they are reached.

    Attributes:
        shell: Runs commands there.
    """

    __slots__ = ()

    shell: RemoteShell

    def ask(
        self, place: HostReach, arguments: Sequence[str], *, fetching: bool = False
    ) -> dict[str, Json]:
        """Ask a machine's `pdev` something; returns the JSON object that it answers.

        Args:
            place: Which machine.
            arguments: The words behind `pdev`, `--json` among them.
            fetching: Whether it asks a remote there, and may take longer.

        Raises:
            ElsewhereError: When it refuses.
            CouldNotLookError: When it cannot be reached or does not answer, with the command to
                run there.
        """
        words, patience = tuple(arguments), FETCH if fetching else QUESTION
        return self.answered(place, words, patience)[1]

    def change(self, place: HostReach, arguments: Sequence[str]) -> dict[str, Json]:
        """Have a machine's `pdev` change something; as `ask` otherwise.

        Raises:
            ElsewhereError: As `ask`.
            CouldNotLookError: As `ask`; what was done there is not known then.
        """
        return self.answered(place, tuple(arguments), CHANGE, changes=True)[1]

    def answered(
        self, place: HostReach, words: tuple[str, ...], patience: float, *, changes: bool = False
    ) -> tuple[HostReach, dict[str, Json]]:
        """What a machine's `pdev` answers, and where that was found.

        Args:
            place: Which machine.
            words: What stands behind `pdev`.
            patience: Seconds until it is given up.
            changes: Whether something is changed.

        Raises:
            ElsewhereError: As `ask`.
            CouldNotLookError: As `ask`.
        """
        said = ""
        for each in self.places(place):
            mark = fresh_mark()
            answer = self._run(each, words, patience, mark)
            try:
                return each, object_in(each, words, answer, mark, changes=changes)
            except UnfoundError as error:
                said = said or error.said
            except ElsewhereError as error:
                raise self._explained(each, error) from None
        raise no_program(place, words, said, near=not place.program)

    @staticmethod
    def places(place: HostReach) -> tuple[HostReach, ...]:
        """Where the program of a machine may be, in the order in which to try them."""
        return (place,) if place.program else (place, replace(place, program=reach.NEAR_PROGRAM))

    def _explained(self, place: HostReach, error: ElsewhereError) -> ElsewhereError:
        """What a machine has refused, with its version where that may be why."""
        told = self.other_version(place) if error.kind == "usage" else ""
        return ElsewhereError(error.message, hint=f"{told}\n{error.hint}".strip())

    def other_version(self, place: HostReach) -> str:
        """That a machine has another version of this program, and what to do; empty otherwise."""
        words, mark = ("host", "about", "--json"), fresh_mark()
        try:
            answer = self._run(place, words, QUESTION, mark)
            there = reach.about_of(object_in(place, words, answer, mark, changes=False)).pdev
        except ParallelError:
            return ""
        if there == __version__:
            return ""
        return f"{place.host} has pdev {there}, and this is {__version__}: update the older one."

    def words(self, place: HostReach, arguments: Sequence[str]) -> Sequence[str]:
        """The command line by which our own terminal runs a command of `pdev` there.

        Raises:
            UsageError: When it is too long.
        """
        return self.shell.words(place.ssh, reach.command_of(place, tuple(arguments)))

    def follow(
        self,
        place: HostReach,
        arguments: tuple[str, ...],
        write: Callable[[bytes], None],
        *,
        reads: bool,
    ) -> RemoteAnswer:
        """Have a machine's `pdev` run a command, and pass on what it prints as it comes.

        Args:
            place: Which machine.
            arguments: The words behind `pdev`.
            write: Gets what it prints.
            reads: Whether it reads what is given to us.

        Returns:
            Its status, and what was complained.

        Raises:
            CouldNotLookError: When it cannot be reached, or has no `pdev` that answers.
        """
        mark = fresh_mark()
        cut = Between(mark)
        command = reach.command_of(place, arguments, mark)

        def passed(chunk: bytes) -> None:
            if ready := cut.feed(chunk):
                write(ready)

        answer = self.shell.follow(place.ssh, command, passed, reads=reads)
        write(cut.rest())
        if not cut.ended:
            told = replace(answer, output=cut.before)
            failure = failure_of(place, arguments, told, begun=cut.begun)
            if failure is not None:
                raise failure
        return answer

    def _run(
        self, place: HostReach, arguments: tuple[str, ...], timeout: float, mark: str
    ) -> RemoteAnswer:
        command = reach.command_of(place, arguments, mark)
        try:
            return self.shell.ask(place.ssh, command, timeout=timeout)
        except CouldNotLookError as error:
            raise CouldNotLookError(
                error.message, hint=f"{error.hint}\n{there(place, arguments)}".strip()
            ) from None
