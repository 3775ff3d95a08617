"""Do things with sessions of other machines, through ssh, with the same dialogs as here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from parallel_tui.command_lines import on_machine, quoted
from parallel_tui.errors import MuxError, UsageError
from parallel_tui.model.hosts.reach import split_key
from parallel_tui.model.text.safe import safe
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.controllers.window_display import WindowDisplay
from parallel_tui.ui.controllers.work import CommandWork
from parallel_tui.ui.typeahead import Opens

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.model.hosts.reach import HostReach
    from parallel_tui.model.lifecycle.spawn import SpawnRequest


class OtherMachineWork:
    """Attaches, removes, syncs and starts sessions on other machines.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
        windows: Shows windows.
    """

    def __init__(
        self, cockpit: Cockpit, core: Core, work: CommandWork, windows: WindowDisplay
    ) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work
        self._windows = windows

    def attach(self, key: str) -> None:
        """Go to a session's window there: in a window of its own, else in this terminal."""

        async def act(name: str, place: HostReach) -> None:
            core = self._core
            argv = tuple(core.hosts.others.words(place, ("attach", "--", name)))
            with self._work.holding(Opens.QUESTION), self._work.doing(f"going to {key}"):
                found = await asyncio.to_thread(core.mux.beside, key, argv, core.env)
                if found is None:
                    found = Attachment(argv, core.env, takes_terminal=True, way_back="detach there")
                try:
                    await self._windows.show(found)
                except MuxError as error:
                    raise MuxError(
                        f"{key} was not shown: {error.message}",
                        hint=f"Or in another terminal: pdev attach {quoted(key)}",
                    ) from error

        self._run(key, act, opens=Opens.QUESTION)

    def remove(self, key: str) -> None:
        """Remove a session there, after listing every loss."""

        async def act(name: str, place: HostReach) -> None:
            from parallel_tui.services.hosts.verbs import RemoteRemoval
            from parallel_tui.ui.dialogs.remove import RemoveDialog

            removal = RemoteRemoval(self._core.hosts.others, place)
            asked = await self._work.ask_about(
                f"Remove {key}",
                f"Asking {place.host} what would be lost …",
                lambda: removal.plan(name),
                lambda plan: RemoveDialog(plan, machine=place.host),
            )
            if asked is None:
                return
            plan, answer = asked
            with self._work.doing(f"removing {key}"):
                done = await asyncio.to_thread(
                    removal.remove, plan, answer.consents, delete_branch=answer.delete_branch
                )
            self._core.hosts.ask_now()
            undo = on_machine(place.host, f"pdev undo {quoted(done.trash)}")
            back = f"; {undo} brings it back" if done.trash else ""
            self._cockpit.tell(f"{done.message}{back}")

        self._run(key, act, opens=Opens.QUESTION)

    def sync(self, key: str) -> None:
        """Sync a session there, after showing the plan."""

        async def act(name: str, place: HostReach) -> None:
            from parallel_tui.services.hosts.verbs import RemoteSync
            from parallel_tui.ui.screens.sync import SyncScreen

            syncer = RemoteSync(self._core.hosts.others, place)
            with self._work.doing("syncing"):
                await self._cockpit.ask(
                    SyncScreen(
                        syncer, [name], lambda _: self._core.hosts.ask_now(), machine=place.host
                    )
                )

        self._run(key, act, opens=Opens.QUESTION)

    def spawn(self, machine: str, *, prompt_first: bool = False) -> None:
        """Start a session on another machine."""

        async def work() -> None:
            place = await self.reached(machine)
            if place is None:
                return
            from parallel_tui.services.hosts.verbs import RemoteSpawn
            from parallel_tui.services.spawn.spawner import SpawnChoices
            from parallel_tui.ui.dialogs.spawn import SpawnDialog

            spawner = RemoteSpawn(self._core.hosts.others, place)

            async def make(request: SpawnRequest) -> bool:
                name = await asyncio.to_thread(spawner.spawn, request)
                self._core.hosts.ask_now()
                self._cockpit.tell(f"Started {safe(name)} on {place.host}")
                return True

            choices = SpawnChoices(
                (), (), ("as set there",), "", frozenset(), without_agent="empty: as set there"
            )
            form = SpawnDialog(choices, spawner.plan, prompt_first=prompt_first, make=make)
            form.heading = f"New session on {place.host}"
            await self._cockpit.ask(form)

        self._work.run(work, opens=Opens.FORM)

    def _run(
        self, key: str, act: Callable[[str, HostReach], Awaitable[None]], *, opens: Opens
    ) -> None:
        """Do something about a session once it is known how its machine is reached."""

        async def work() -> None:
            found = split_key(key)
            if found is None:
                raise UsageError(f"{key} names no machine")
            place = await self.reached(found[1])
            if place is not None:
                await act(found[0], place)

        self._work.run(work, opens=opens)

    async def reached(self, host: str) -> HostReach | None:
        """How a machine is reached, asking once; `None` where the answer was no.

        Raises:
            ParallelError: When it cannot be reached.
        """
        from parallel_tui.services.hosts.elsewhere import UnnamedError
        from parallel_tui.ui.dialogs.confirm import ConfirmDialog

        others = self._core.hosts.others
        try:
            return await asyncio.to_thread(others.reach, host)
        except UnnamedError as error:
            suggested = error.suggested
        question = ConfirmDialog(
            f"Reach {host} with ssh?",
            f"It is reached as {suggested}, now and later.\n"
            f"Under another name: pdev host connect {host} NAME",
            confirm="Connect",
        )
        if not await self._cockpit.ask(question):
            return None
        with self._work.doing(f"connecting to {host}"):
            place, _ = await asyncio.to_thread(others.connect, host, suggested)
        return place
