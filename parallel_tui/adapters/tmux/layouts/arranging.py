"""Open whole layouts in the repository's tmux session, in as few processes as tmux allows.

tmux runs a chain of commands in one go, but none of them can name what an earlier one made. So each
window is opened with a name that nobody else has, is addressed by that, and gets its own name last.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from parallel_tui.adapters.panes.names import encode, window_name
from parallel_tui.adapters.tmux.command import ask, in_chains
from parallel_tui.adapters.tmux.gateway import VERB_TIMEOUT
from parallel_tui.adapters.tmux.layouts.commands import environment, program
from parallel_tui.adapters.tmux.layouts.standing import COMMAND_OPTION, NAME_OPTION, read
from parallel_tui.adapters.tmux.names import literal
from parallel_tui.adapters.tmux.windows import Windows
from parallel_tui.errors import MuxError, RefusedError
from parallel_tui.model.layout.windows import NewWindow, StandingWindows
from parallel_tui.model.settings.config import Split
from parallel_tui.model.settings.consent import ApprovedPane
from parallel_tui.record import dataclass

_LOAD_OPTION: Final = "@pdev_load"
"""Window option: which load opened it, so that one that fails closes what it opened."""

_Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TmuxArranging:
    """Layouts on one server. Implements `Arranging`.

    Attributes:
        windows: The repository's windows there.
    """

    windows: Windows

    @property
    def lacks(self) -> tuple[str, ...]:
        """See `Arranging.lacks`."""
        return ()

    def standing(self, *, options: bool = False) -> StandingWindows:
        """See `Arranging.standing`."""
        own, _ = self.windows.own_session()
        return (
            StandingWindows() if own is None else read(self.windows.address, own, options=options)
        )

    def open(
        self, windows: Sequence[NewWindow], options: _Options = ()
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """See `Arranging.open`."""
        self._demand_local([*options, *(each for window in windows for each in window.options)])
        own, _ = self.windows.own_session()
        placeholder = ""
        if windows and own is None:
            own, placeholder, _ = self.windows.placeholder("pdev")
        if own is None:
            return (), ()
        if not placeholder:
            self._close_half_made(own)
        load = os.urandom(6).hex()
        try:
            printed = self._run(
                list(_opening(own, f"pdev-{load}-{at}", load, window))
                for at, window in enumerate(windows)
            )
            ids, panes = _ids(printed)
            told = self._set(own, windows, ids, options)
            self._finish(own, windows, ids, panes, placeholder)
        except BaseException as error:
            self._take_back(own, load, placeholder)
            if isinstance(error, MuxError) and "no space" in error.message:
                raise RefusedError(
                    "A window of the layout has more panes than there is room for; nothing was "
                    "opened.",
                    hint="Split to the right and below in turn, or name an arrangement: tiled.",
                ) from error
            raise
        self.windows.bells.hang(own, *ids)
        return tuple(ids), told

    def _take_back(self, own: str, load: str, placeholder: str) -> None:
        """Close what was opened so far, whatever it is called by now."""
        with suppress(MuxError):
            listed = ["list-windows", "-t", f"{own}:", "-F", f"#{{window_id}} #{{{_LOAD_OPTION}}}"]
            mine = [line.split(" ")[0] for line in self._ask([listed]) if line.endswith(f" {load}")]
            self._close(*mine, *filter(None, [placeholder]))

    def _close_half_made(self, own: str) -> None:
        """Close what a load has left that was ended in the middle of a window."""
        told = f"#{{window_id}} #{{{_LOAD_OPTION}}} #{{{NAME_OPTION}}}"
        for line in self._ask([["list-windows", "-t", f"{own}:", "-F", told]]):
            window, load, name = line.split(" ", 2)
            if load and not name:
                self._close(window)

    def _close(self, *windows: str) -> None:
        for window in windows:
            with suppress(MuxError):
                self._ask([["kill-window", "-t", window]])

    def _run(self, groups: Iterable[Sequence[list[str]]]) -> list[str]:
        return in_chains(self._ask, groups)

    def _ask(self, chain: Sequence[Sequence[str]]) -> list[str]:
        return ask(self.windows.address, chain, timeout=VERB_TIMEOUT).splitlines()

    def _finish(
        self,
        own: str,
        windows: Sequence[NewWindow],
        ids: Sequence[str],
        panes: Sequence[Sequence[str]],
        placeholder: str,
    ) -> None:
        chain: list[list[str]] = []
        for window, window_id, inside in zip(windows, ids, panes, strict=True):
            if window.arrangement and window.options:  # sizes of main panes are options
                chain.append(["select-layout", "-t", window_id, window.arrangement])
            front = next((at for at, pane in enumerate(window.panes) if pane.focus), 0)
            chain.append(["select-pane", "-t", inside[front]])
        if placeholder:
            chain.append(["kill-window", "-t", placeholder])
            chain.append(["move-window", "-r", "-t", f"{own}:"])
        shown = [each for window, each in zip(windows, ids, strict=True) if window.focus] or ids[:1]
        if placeholder or any(window.focus for window in windows):
            chain.append(["select-window", "-t", shown[0]])
        self._run([[each] for each in chain])

    def _demand_local(self, options: _Options) -> None:
        if not options:
            return
        try:
            told = ask(self.windows.address, [["show-options", "-s"]])
        except MuxError:  # nothing runs yet: what tmux knows from its beginning
            told = ask(self.windows.address, [["start-server"], ["show-options", "-s"]])
        servers = {line.partition(" ")[0].partition("[")[0] for line in told.splitlines()}
        for name, _ in options:
            if name.partition("[")[0] in servers - {""} and not name.startswith("@"):
                raise RefusedError(
                    f"{name} is an option of the whole tmux server: setting it would change every "
                    "session of yours.",
                    hint=f"Take it out of the layout; in ~/.tmux.conf it is: set -s {name} …",
                )

    def _set(
        self, own: str, windows: Sequence[NewWindow], ids: Sequence[str], options: _Options
    ) -> tuple[str, ...]:
        chain = [["set-option", "-t", f"{own}:", key, value] for key, value in options]
        chain += [
            ["set-option", "-w", "-t", window_id, key, value]
            for window, window_id in zip(windows, ids, strict=True)
            for key, value in window.options
        ]
        try:
            self._run([[each] for each in chain])
        except MuxError:
            return tuple(self._one_by_one(chain))
        return ()

    def _one_by_one(self, chain: Sequence[Sequence[str]]) -> Iterator[str]:
        for command in chain:
            try:
                self._ask([command])
            except MuxError as error:
                why = error.message.rpartition("failed: ")[2]
                yield f"the option {command[-2]} was not set: {why}"


def _opening(own: str, name: str, load: str, window: NewWindow) -> Iterator[list[str]]:
    """Open one window: whoever is ended behind its last command leaves it whole."""
    target = f"{own}:={name}"
    first, *further = window.panes
    begin = ["new-window", "-d", "-t", f"{own}:", "-n", name, "-P", "-F", "#{window_id} #{pane_id}"]
    yield [*begin, *_place(window, first), *program(first)]
    at = ["set-option", "-w", "-t", target]
    yield [*at, "automatic-rename", "off"]
    yield [*at, "allow-rename", "off"]
    yield [*at, _LOAD_OPTION, load]
    yield from _content(target, first)
    for pane in further:
        way = "-v" if pane.split is Split.BELOW else "-h"
        # without `-d` the new pane is its window's active one: what the target means next
        split = ["split-window", way, "-l", f"{pane.size}%", "-t", target, "-P", "-F", "#{pane_id}"]
        yield [*split, *_place(window, pane), *program(pane)]
        yield from _content(target, pane)
        if window.arrangement:
            yield ["select-layout", "-t", target, "tiled"]  # makes room for the next one
    if window.arrangement and further:
        yield ["select-layout", "-t", target, window.arrangement]
    # only now: who looks for it finds it whole
    if window.session:
        yield Windows.owner_mark(target, window.session)
    yield [*at, NAME_OPTION, encode(window.name)]
    yield ["rename-window", "-t", target, literal(window_name(window.name))]


def _place(window: NewWindow, pane: ApprovedPane) -> list[str]:
    directory = pane.directory or window.directory
    return ["-c", literal(directory), *environment({**window.env, **dict(pane.env)})]


def _content(target: str, pane: ApprovedPane) -> Iterator[list[str]]:
    if pane.source:
        yield ["set-option", "-p", "-t", target, COMMAND_OPTION, encode(pane.source)]
    for line, enter in pane.typed:
        if line.text:
            yield ["send-keys", "-t", target, "-l", "--", line.text]
        if enter:
            yield ["send-keys", "-t", target, "Enter"]


def _ids(printed: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Ids of the windows, and of the panes of each."""
    windows: list[str] = []
    panes: list[list[str]] = []
    for line in printed:
        first, _, second = line.partition(" ")
        if second:
            windows.append(first)
            panes.append([second])
        else:
            panes[-1].append(first)
    return windows, panes
