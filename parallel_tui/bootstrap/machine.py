"""What shares the machine out among sessions."""

from __future__ import annotations

from parallel_tui.model.lazy import Later, Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, NoReturn

    from parallel_tui.adapters.machine.ledger import LedgerFile
    from parallel_tui.adapters.machine.look import MachineLook
    from parallel_tui.adapters.machine.slot_files import SlotFiles
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.engine.facts import Facts
    from parallel_tui.engine.sources.machine.shared_out import MachineReader
    from parallel_tui.model.settings.config import Config
    from parallel_tui.services.machine.ports import SessionPorts
    from parallel_tui.services.machine.slots import Slots
    from parallel_tui.services.machine.stopping import Stopper


class MachineParts(Lazy):
    """Parts that share the machine out.

    Args:
        core: All that is around them.
        config: Effective settings.
    """

    def __init__(self, core: Core, config: Config) -> None:
        super().__init__()
        self._core = core
        self._config = config

    @lazy
    def lines(self) -> SlotFiles:
        """Places in line."""
        from parallel_tui.adapters.machine.slot_files import SlotFiles

        return SlotFiles(self._core.repository.runtime_dir)

    @lazy
    def slots(self) -> Slots:
        """Slots for heavy commands."""
        from parallel_tui.services.machine.slots import Slots

        return Slots(self.lines, self._config.slots, self._core.env)

    @lazy
    def ledger(self) -> LedgerFile:
        """All that was given to sessions."""
        from parallel_tui.adapters.machine.ledger import LedgerFile
        from parallel_tui.model.settings.user_dirs import state_home

        return LedgerFile(state_home(self._core.env))

    @lazy
    def ports(self) -> SessionPorts:
        """What each session has for itself."""
        from parallel_tui.services.machine.ports import SessionPorts

        core = self._core
        # Most commands only read what is written down, and load nothing that writes.
        later: Any = Later
        disk, files, exclude = later(lambda: core.disk), later(_carry), later(_exclude)
        return SessionPorts(self.ledger, self._config.ports, core.git, disk, files, exclude)

    @lazy
    def look(self) -> MachineLook:
        """Load, memory, and the processes of sessions."""
        from parallel_tui.adapters.machine.look import MachineLook

        return MachineLook()

    @lazy
    def stopper(self) -> Stopper:
        """Ends processes of sessions."""
        from parallel_tui.services.machine.stopping import Stopper

        return Stopper(self.look)

    def reader(self, facts: Facts, want: Callable[[], None]) -> MachineReader:
        """The source of the live view that reads how the machine is shared out.

        Args:
            facts: Where answers go.
            want: Called after a change.
        """
        from parallel_tui.engine.sources.machine.shared_out import MachineReader

        return MachineReader(self.look, self.slots, lambda: self.ports, facts, want)

    def hand_over(self, command: Sequence[str], more: Mapping[str, str]) -> NoReturn:
        """Become a command of the user's.

        Args:
            command: Program and arguments.
            more: Variables beside our own.

        Raises:
            OSError: When it cannot be started.
        """
        from parallel_tui.adapters.process import programs

        programs.hand_over(command, env={**self._core.env, **more})


def _carry() -> object:
    from parallel_tui.adapters.disk import carry

    return carry


def _exclude() -> object:
    from parallel_tui.adapters.disk import git_exclude

    return git_exclude
