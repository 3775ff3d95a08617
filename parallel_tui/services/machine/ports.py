"""Give sessions what is theirs alone on this machine, and tell their programs."""

from __future__ import annotations

from parallel_tui.errors import CouldNotLookError, ParallelError, RefusedError
from parallel_tui.model.machine import ports
from parallel_tui.model.machine.ports import ENV_FILE
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.model.machine.ports import PortGrant, PortRange
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.ports.disk import Disk, ExcludeBlock
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.machine.local import GrantLedger, OwnFiles

_MOST_GONE: Final = 500
"""Grants of sessions that are gone and may come back, of which the newest are kept."""


@dataclass(frozen=True, slots=True)
class GivenPorts:
    """What a session has now.

    Attributes:
        grant: All of it.
        new: Whether it was given now.
        warnings: What a person has to know of it.
    """

    grant: PortGrant
    new: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionPorts:
    """Ports, compose project and database name of each session.

    Attributes:
        ledger: All that was given.
        ranges: What is set, by name.
        git: Tells what a worktree tracks.
        disk: Reads files of worktrees.
        files: Writes the file for programs that we do not start.
        exclude: Keeps it out of every status.
    """

    ledger: GrantLedger
    ranges: Mapping[str, PortRange]
    git: GitReader
    disk: Disk
    files: OwnFiles
    exclude: ExcludeBlock

    def all(self) -> tuple[PortGrant, ...]:
        """What sessions of this repository have.

        Raises:
            CouldNotLookError: When that is not known.
        """
        here = self.git.repository.common_dir
        found = (each for each in self.ledger.all() if each.repository == here)
        return tuple(each for each in found if self.ledger.holds(each))

    def of(self, git_dir: str) -> PortGrant | None:
        """What the session of a worktree has; `None` for nothing.

        Raises:
            CouldNotLookError: When that is not known.
        """
        return next((each for each in self.ledger.all() if each.git_dir == git_dir), None)

    def environment(
        self, tree: Worktree | None, told: Callable[[str], None] = lambda _: None
    ) -> Mapping[str, str]:
        """Variables for a program that starts in a worktree; none where that is not known.

        Args:
            tree: Which.
            told: Told why it is not known.
        """
        try:
            grant = None if tree is None else self.of(tree.git_dir)
        except CouldNotLookError as error:
            told(f"no variables for ports are set: {error.message}")
            return {}
        return {} if grant is None else ports.environment(grant)

    def named(self, session: str) -> Mapping[str, str]:
        """Variables for a program of a session, by its name; none where that is not known."""
        try:
            grant = next((each for each in self.all() if each.session == session), None)
        except CouldNotLookError:
            return {}
        return {} if grant is None else ports.environment(grant)

    def start(self, name: str, tree: Worktree) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """Give a new session its ports where some are set; it can do without.

        Args:
            name: Its name.
            tree: Its worktree.

        Returns:
            Variables for its programs, and what went wrong.
        """
        if not self.ranges:
            return {}, ()
        try:
            given = self.give(name, tree)
        except ParallelError as error:
            return {}, (f"it has no ports of its own: {error.message}",)
        return ports.environment(given.grant), given.warnings

    def give(self, name: str, tree: Worktree) -> GivenPorts:
        """Make sure that a session has all that is set, and that its file says so.

        What it has stays as it is; only what it lacks is added.

        Args:
            name: Its name.
            tree: Its worktree.

        Raises:
            RefusedError: When no ports are left, or nothing can be written down.
            CouldNotLookError: When it is not known what others have.
        """
        try:
            with self.ledger.alone():
                given = self._given(name, tree)
        except OSError as error:
            raise RefusedError(
                f"Ports cannot be written down: {error.strerror or error} ({error.filename})"
            ) from error
        warning = self._tell(tree, given.grant)
        return replace(given, warnings=(*given.warnings, *([warning] if warning else ())))

    def _given(self, name: str, tree: Worktree) -> GivenPorts:
        """Give what is missing; the caller holds the guard."""
        grants = self.ledger.all()
        own = next((each for each in grants if each.git_dir == tree.git_dir), None)
        lacking = {
            each: span
            for each, span in self.ranges.items()
            if own is None or each not in dict(own.ports)
        }
        if own is not None and not lacking:
            return GivenPorts(own, new=False)
        others = [each for each in grants if each is not own]
        held = [each for each in others if self.ledger.holds(each)]
        taken = frozenset().union(*(each.numbers for each in (*held, *([own] if own else ()))))
        found, passed = ports.pick(
            lacking,
            taken=taken,
            avoided=frozenset().union(*(each.numbers for each in others)),
            in_use=self.ledger.in_use,
            main=tree.is_main,
        )
        repository = self.git.repository
        numbers = frozenset(number for _, number in found)
        # Of those that are gone, whoever had one of these numbers has it no more.
        gone = [each for each in others if each not in held and not each.numbers & numbers]
        if own is None:
            grant = ports.PortGrant(
                tree.git_dir,
                repository.common_dir,
                name,
                found,
                ports.compose_name(repository.name, name, {each.compose for each in others}),
                ports.database_name(repository.name, name, {each.database for each in others}),
            )
        else:
            grant = replace(own, ports=(*own.ports, *found))
        kept = {id(each) for each in (*held, *gone[-_MOST_GONE:])}
        self.ledger.replace([*(each for each in others if id(each) in kept), grant])
        return GivenPorts(grant, new=True, warnings=_passed(passed))

    def free(self, tree: Worktree) -> PortGrant | None:
        """Take back what a session has, and delete the file that says so.

        Returns:
            What it had.

        Raises:
            RefusedError: When that cannot be written down.
            CouldNotLookError: When it is not known who has what.
        """
        from pathlib import Path

        try:
            with self.ledger.alone():
                grants = self.ledger.all()
                own = next((each for each in grants if each.git_dir == tree.git_dir), None)
                if own is not None:
                    self.ledger.replace([each for each in grants if each is not own])
            self.files.take_away(Path(tree.path), Path(tree.git_dir), ENV_FILE)
        except OSError as error:
            raise RefusedError(
                f"Ports cannot be taken back: {error.strerror or error} ({error.filename})"
            ) from error
        return own

    def come_back(self, name: str, tree: Worktree) -> tuple[str, ...]:
        """See that a session that came back has ports, if it had some: its own if they are free.

        Returns:
            What a person has to know.
        """
        try:
            before = self.of(tree.git_dir)
            if before is None and not self._told_before(tree):
                return ()
            given = self.give(name, tree)
        except ParallelError as error:
            return (f"its ports are not known: {error.message}",)
        if not given.new:
            return given.warnings
        return (f"its ports are others now: {ports.words(given.grant)}", *given.warnings)

    def _told_before(self, tree: Worktree) -> bool:
        from pathlib import Path

        found = self.disk.read(Path(tree.path, ENV_FILE))
        return found is not None and ports.is_ours(found)

    def _tell(self, tree: Worktree, grant: PortGrant) -> str | None:
        """Write the file of a worktree; returns why it was not written, if so."""
        from pathlib import Path

        try:
            self.exclude.add(Path(self.git.repository.common_dir))
            written = self.files.put(
                Path(tree.path), Path(tree.git_dir), ENV_FILE, ports.env_text(grant).encode()
            )
        except (ParallelError, OSError) as error:
            return f"{ENV_FILE} was not written: {error}"
        if written:
            return None
        return f"{ENV_FILE} is there already and stays as it is; the ports do not stand in it"


def _passed(numbers: tuple[int, ...]) -> tuple[str, ...]:
    if not numbers:
        return ()
    shown = ", ".join(map(str, numbers[:8])) + (" and others" if len(numbers) > 8 else "")
    if len(numbers) == 1:
        return (f"port {shown} was passed over: another program uses it",)
    return (f"ports {shown} were passed over: other programs use them",)
