"""A multiplexer that shows nothing and remembers everything, made by the steps of `ports.mux`."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from parallel_tui.errors import MuxError
from parallel_tui.model.settings.consent import ApprovedPane
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.model.window.mux_news import MuxNews, deaf
from parallel_tui.model.window.pane_input import PaneInput
from parallel_tui.model.window.window import MuxListing, Pane, Window
from parallel_tui.ports.mux import Mux, MuxWatch


class NoWatch:
    """Nothing to end."""

    def stop(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


@dataclass
class ToyMux:
    """Windows as a list; ids, variables and words are like no other multiplexer's."""

    opened: dict[str, Window] = field(default_factory=dict)
    commands: dict[str, tuple[str, ...]] = field(default_factory=dict)
    given: dict[str, Mapping[str, str]] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    far: dict[str, tuple[Window, ...]] = field(default_factory=dict)
    broken: str | None = None
    notice: str = ""
    name: str = "toy"
    watchers: int = 0
    inputs: dict[str, PaneInput] = field(default_factory=dict)
    typed: list[tuple[str, str]] = field(default_factory=list)

    def check(self) -> None:
        """It is there unless it is broken."""
        if self.broken is not None:
            raise MuxError(self.broken, hint="install toy")

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """All that was opened."""
        self.check()
        return MuxListing(running=bool(self.opened), windows=tuple(self.opened.values()))

    def watch(self, told: Callable[[MuxNews], None], own_pane: str | None) -> MuxWatch:
        """It has no events, and says so."""
        self.watchers += 1
        told(deaf("the toy tells of nothing"))
        return NoWatch()

    def oddities(self) -> tuple[tuple[str, str], ...]:
        """One, so that it shows."""
        return (("the toy is odd", "toy --mend"),)

    def elsewhere(self) -> Mapping[str, tuple[Window, ...]]:
        """As prepared."""
        return self.far

    def option(self, server: str) -> str:
        """Words that no other multiplexer has."""
        return f"--toy {server}"

    def is_window_id(self, text: str) -> bool:
        """Whether it is like `w1`."""
        return text.startswith("w") and text[1:].isdigit()

    def is_server(self, process: str) -> bool:
        """It has a server."""
        return process == "toyd"

    def own_pane(self, env: Mapping[str, str]) -> str | None:
        """From a variable of its own."""
        return env.get("TOY_PANE")

    def open_window(
        self,
        *,
        session: str,
        name: str,
        directory: str,
        panes: Sequence[ApprovedPane],
        env: Mapping[str, str],
    ) -> str:
        """Remember it; this very process stands for what runs in it."""
        self.check()
        made = f"w{len(self.opened) + len(self.closed) + 1}"
        pane = Pane(f"{made}.0", os.getpid(), "sh", directory)
        self.opened[made] = Window(made, "s1", "toys", 0, name, (pane,), owner=session, ours=True)
        self.commands[made] = tuple(each.command.text for each in panes)
        self.given[made] = dict(env)
        return made

    def close_window(self, window_id: str) -> None:
        """Forget it."""
        if self.opened.pop(window_id, None) is not None:
            self.closed.append(window_id)

    def pane_input(self, pane: str) -> PaneInput:
        """Where the bear types."""
        return self.inputs[pane]

    def type_into(self, pane: str, pid: int, text: str) -> bool:
        """Write it down."""
        if self.inputs[pane].pid != pid:
            return False
        self.typed.append((pane, text))
        return True

    def attachment(self, window_id: str, env: Mapping[str, str]) -> Attachment:
        """A command of its own."""
        if window_id not in self.opened:
            raise MuxError(f"no window {window_id}")
        inside = "TOY_PANE" in env
        return Attachment(("toy", "show", window_id), env, not inside, "press the bear")

    def beside(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Attachment | None:
        """It runs in no window."""
        return None

    def command_elsewhere(self, window_id: str, env: Mapping[str, str]) -> Sequence[str]:
        """The same, from anywhere."""
        return ("toy", "--alone", *self.attachment(window_id, {}).argv[1:])


PROOF: Mux = ToyMux()
"""It has all that the port asks for; a type checker says so."""
